/**
 * An id that says what it is and that no other tab will make at the same moment: `mask-motion-k3f9q`. Ids are seen in
 * sentences and on the command line, so they are words as far as possible.
 */
export function newId(word: string, isTaken: (id: string) => boolean): string {
  const stem = word.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40)
  for (;;) {
    const random = crypto.getRandomValues(new Uint32Array(1))[0].toString(36).padStart(7, '0').slice(-5)
    const id = `${stem}-${random}`
    if (!isTaken(id)) return id
  }
}
