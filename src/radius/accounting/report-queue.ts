/** A first-in, first-out queue on a ring that grows by doubling; `unshift` puts deferred reports back in front. */
export class ReportQueue<T> {
  #ring: (T | undefined)[] = new Array(1024);
  #head = 0;
  length = 0;

  push(item: T): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.length) & (this.#ring.length - 1)] = item;
    this.length += 1;
  }

  /** The oldest item; undefined when empty. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.length -= 1;
    return item;
  }

  /** Puts items back in front, in their old order. */
  unshift(items: readonly T[]): void {
    for (let i = items.length - 1; i >= 0; i -= 1) {
      if (this.length === this.#ring.length) this.#grow();
      this.#head = (this.#head - 1) & (this.#ring.length - 1);
      this.#ring[this.#head] = items[i];
      this.length += 1;
    }
  }

  peek(): T | undefined {
    return this.length === 0 ? undefined : this.#ring[this.#head];
  }

  #grow(): void {
    const size = this.#ring.length;
    const ring: (T | undefined)[] = new Array(size * 2);
    for (let i = 0; i < this.length; i += 1) ring[i] = this.#ring[(this.#head + i) & (size - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}
