/** Starts the comment that holds a workflow. */
const MARK = 'mmgt-workflow:'

/** A comment extension (GIF89a, section 24) with a workflow; GIF comments are ASCII, so the rest is escaped. */
export function gifComment(workflowJson: string): Uint8Array {
  const ascii = workflowJson.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const text = new TextEncoder().encode(MARK + ascii)
  const blocks = Math.ceil(text.length / 255)
  const comment = new Uint8Array(2 + blocks + text.length + 1)
  comment.set([0x21, 0xfe])
  for (let block = 0, to = 2; block < blocks; block++) {
    const part = text.subarray(block * 255, (block + 1) * 255)
    comment[to] = part.length
    comment.set(part, to + 1)
    to += 1 + part.length
  }
  return comment
}

/** The workflow in a GIF's comments, as JSON text; null when there is none or the file is damaged before it. */
export function readGifComment(gif: Uint8Array): string | null {
  if (gif.length < 13) return null
  let at = 13 + colourTableBytes(gif[10])
  while (at < gif.length) {
    const block = gif[at]
    if (block === 0x21) {
      const isComment = gif[at + 1] === 0xfe
      const { end, parts } = subBlocks(gif, at + 2)
      if (isComment) {
        const text = new TextDecoder('latin1').decode(Buffer.concat(parts))
        if (text.startsWith(MARK)) return text.slice(MARK.length)
      }
      at = end
    } else if (block === 0x2c) {
      if (at + 10 > gif.length) return null
      at = subBlocks(gif, at + 10 + colourTableBytes(gif[at + 9]) + 1).end
    } else {
      return null // the trailer, or no GIF block
    }
  }
  return null
}

const colourTableBytes = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)

function subBlocks(gif: Uint8Array, start: number): { end: number; parts: Uint8Array[] } {
  const parts: Uint8Array[] = []
  let at = start
  while (at < gif.length && gif[at] !== 0) {
    parts.push(gif.subarray(at + 1, at + 1 + gif[at]))
    at += 1 + gif[at]
  }
  return { end: at + 1, parts }
}
