// Wakes one loop that waits for something to do.

/** Rings are not counted: a bell rung twice before it is heard is heard once. */
export class Bell {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves once the bell has been rung since it was last heard. For one listener at a time. */
  async heard(): Promise<void> {
    if (!this.#isRung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#isRung = false;
    this.#wake = undefined;
  }
}
