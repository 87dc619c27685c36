/** Levenshtein, one row at a time; of their first 200 characters. */
export function editDistance(a: string, b: string): number {
  const rows = Math.min(a.length, 200)
  const columns = Math.min(b.length, 200)
  const row = Uint16Array.from({ length: columns + 1 }, (_, i) => i)
  for (let i = 1; i <= rows; i++) {
    let diagonal = row[0]!
    row[0] = i
    for (let j = 1; j <= columns; j++) {
      const replaced = diagonal + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1)
      diagonal = row[j]!
      row[j] = Math.min(replaced, diagonal + 1, row[j - 1]! + 1)
    }
  }
  return row[columns]!
}
