/** What is searched of a thing that can be chosen. */
export interface Searched {
  title: string
  /** Such as the id of a node, or what else it is called. */
  names: readonly string[]
  /** A sentence about it. */
  text: string
}

/**
 * How well a thing fits what was typed, 0 when it does not. The beginning of its title counts most, then a word of the
 * title, its other names, and words of its sentence. Every word that was typed must be found, as the beginning of a word
 * or, in title and names, inside of one.
 */
export function searchScore({ title, names, text }: Searched, search: string): number {
  const typed = search.trim().toLowerCase()
  if (typed === '') return 1
  const whole = title.toLowerCase()
  if (whole.startsWith(typed)) return 1 + 1 / (whole.length + 1) // of two, the one that is nearer to it
  const words = typed.split(/\s+/)
  const scores = words.map((word) => wordScore(word, whole, names, text))
  return scores.includes(0) ? 0 : Math.min(...scores)
}

function wordScore(word: string, title: string, names: readonly string[], text: string): number {
  if (startsAWord(title, word)) return 0.9
  const named = names.map((name) => name.toLowerCase())
  if (named.some((name) => startsAWord(name, word))) return 0.8
  if (title.includes(word) || named.some((name) => name.includes(word))) return 0.5
  return startsAWord(text.toLowerCase(), word) ? 0.3 : 0
}

const startsAWord = (text: string, word: string) =>
  text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))
