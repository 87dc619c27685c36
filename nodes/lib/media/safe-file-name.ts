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
    .slice(0, 100)
    .trimEnd()
  if (plain === '') return 'result'
  return RESERVED.test(plain) ? `${plain}-file` : plain
}
