// What a person got wrong in a flag, a setting or a file, in a form from which every message is built alike.

/** Thrown where a text is read; whoever knows where the text came from adds what failed. */
export class Complaint extends Error {
  override readonly name = "Complaint";
  /** Why it does not work, without a full stop: `it has no unit`. */
  readonly why: string;
  /** What to do about it, a whole sentence: `Write 30s or 30m.` */
  readonly whatToDo: string;

  constructor(why: string, whatToDo: string) {
    super(`${why}. ${whatToDo}`);
    this.why = why;
    this.whatToDo = whatToDo;
  }

  /** The whole message, `what failed: why. What to do.` */
  about(whatFailed: string): string {
    return `${whatFailed}: ${this.why}. ${this.whatToDo}`;
  }
}
