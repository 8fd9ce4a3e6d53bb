// Messages whose end somebody wants to hear of. It costs one call for each message, where a generator around them would
// cost each several turns of the microtask queue.

/** What is told; each at most once, and one of them only. */
export interface EndOfMessages {
  /** They have ended well. */
  readonly ended?: () => void;
  /** They have ended with an error; answers the error that the reader gets to see. */
  readonly failed?: (error: unknown) => unknown;
  /** The reader left before they ended. */
  readonly left?: () => void;
}

export function watchMessages<T>(messages: AsyncIterable<T>, end: EndOfMessages): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new WatchedMessages(messages[Symbol.asyncIterator](), end) };
}

class WatchedMessages<T> implements AsyncIterator<T> {
  readonly #messages: AsyncIterator<T>;
  readonly #end: EndOfMessages;
  #isOver = false;

  constructor(messages: AsyncIterator<T>, end: EndOfMessages) {
    this.#messages = messages;
    this.#end = end;
  }

  next(): Promise<IteratorResult<T>> {
    return this.#messages.next().then(this.#look, this.#fail);
  }

  return(value?: unknown): Promise<IteratorResult<T>> {
    if (!this.#isOver) this.#end.left?.();
    this.#isOver = true;
    return this.#messages.return?.(value) ?? Promise.resolve({ done: true, value });
  }

  throw(error?: unknown): Promise<IteratorResult<T>> {
    const thrown = this.#messages.throw?.(error) ?? Promise.reject(error);
    return thrown.then(this.#look, this.#fail);
  }

  readonly #look = (result: IteratorResult<T>): IteratorResult<T> => {
    if (result.done && !this.#isOver) this.#end.ended?.();
    this.#isOver ||= result.done === true;
    return result;
  };

  readonly #fail = (error: unknown): never => {
    const told = this.#isOver || !this.#end.failed ? error : this.#end.failed(error);
    this.#isOver = true;
    throw told;
  };
}
