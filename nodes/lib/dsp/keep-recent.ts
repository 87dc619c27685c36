/**
 * A small memory for tables that cost more to make than to use: the last `size` distinct keys are kept.
 * Only for values that follow from their key alone.
 */
export function keepRecent<T>(size: number): (key: string, make: () => T) => T {
  const kept = new Map<string, T>() // in order of use, oldest first
  return (key, make) => {
    const known = kept.has(key)
    const value = known ? (kept.get(key) as T) : make()
    kept.delete(key)
    kept.set(key, value)
    if (kept.size > size) kept.delete(kept.keys().next().value as string)
    return value
  }
}
