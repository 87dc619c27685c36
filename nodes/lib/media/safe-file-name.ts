/** Names Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * A name that every file system takes, without folders: separators, control characters and those that Windows forbids
 * become "-"; leading dots and trailing dots and spaces go. An empty name becomes "result".
 */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is to be removed
    .replace(/[\u0000-\u001f\u007f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+/g, '-')
    .replace(/^[.\s-]+/, '')
    .replace(/[.\s-]+$/, '')
  const short = cutName(plain, 100, 200).trimEnd()
  if (short === '') return 'result'
  return RESERVED.test(short) ? `${short}-file` : short
}

/** The longest beginning of a name within that many UTF-16 units and UTF-8 bytes; no character is cut in two. */
export function cutName(name: string, units: number, bytes: number): string {
  const characters = [...name.slice(0, units)]
  if (name.length > units && /[\ud800-\udbff]$/.test(characters.at(-1) ?? '')) characters.pop()
  while (Buffer.byteLength(characters.join('')) > bytes) characters.pop()
  return characters.join('')
}
