interface Entry<T> {
  value: Promise<T>
  /** Set when decoded. */
  ready?: T
  bytes: number
}

/**
 * Decoded values by key under a budget of bytes; the least recently used go first. One value is decoded once however
 * many ask for it.
 */
export class ByteCache {
  private readonly entries = new Map<string, Entry<unknown>>()
  private used = 0

  constructor(
    readonly budget: number,
    private readonly dispose: (value: unknown) => void = () => {},
  ) {}

  get bytes(): number {
    return this.used
  }

  /** What is decoded already. Counts as a use. */
  peek<T>(key: string): T | undefined {
    const entry = this.entries.get(key) as Entry<T> | undefined
    if (entry?.ready === undefined) return undefined
    this.entries.delete(key)
    this.entries.set(key, entry)
    return entry.ready
  }

  /** The value, made when it is absent. A failure is not kept: the next one who asks tries again. */
  get<T>(key: string, make: () => Promise<T>, bytesOf: (value: T) => number): Promise<T> {
    const known = this.entries.get(key) as Entry<T> | undefined
    if (known) {
      this.entries.delete(key)
      this.entries.set(key, known)
      return known.value
    }
    const entry: Entry<T> = { value: make(), bytes: 0 }
    this.entries.set(key, entry)
    entry.value.then(
      (value) => {
        entry.ready = value
        entry.bytes = bytesOf(value)
        this.used += entry.bytes
        this.trim(key)
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key)
      },
    )
    return entry.value
  }

  private trim(keep: string): void {
    for (const [key, entry] of this.entries) {
      if (this.used <= this.budget) return
      if (entry.ready === undefined || key === keep) continue
      this.entries.delete(key)
      this.used -= entry.bytes
      this.dispose(entry.ready)
    }
  }
}
