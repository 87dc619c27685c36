/** What a file can be used as; `archive` is a zip (such as our PNG sequences), `unknown` is of no use here. */
export type AssetKind = 'image' | 'audio' | 'video' | 'pose' | 'workflow' | 'archive' | 'unknown'

interface FormatRow {
  kind: AssetKind
  mime: string
  /** With its article, to finish the sentence "it seems to be …". */
  label: string
  /** Name of the demuxer that must read it. Naming it keeps playlists and other indirections out. */
  demuxer?: string
}

/** Every format that is told apart by its first bytes, including those we refuse by name. */
export const FORMATS = {
  png: { kind: 'image', mime: 'image/png', label: 'a PNG picture' },
  jpeg: { kind: 'image', mime: 'image/jpeg', label: 'a JPEG picture' },
  webp: { kind: 'image', mime: 'image/webp', label: 'a WebP picture' },
  avif: { kind: 'image', mime: 'image/avif', label: 'an AVIF picture' },
  gif: { kind: 'image', mime: 'image/gif', label: 'a GIF picture' },
  wav: { kind: 'audio', mime: 'audio/wav', label: 'a WAV recording', demuxer: 'wav' },
  mp3: { kind: 'audio', mime: 'audio/mpeg', label: 'an MP3 recording', demuxer: 'mp3' },
  aac: { kind: 'audio', mime: 'audio/aac', label: 'an AAC recording', demuxer: 'aac' },
  flac: { kind: 'audio', mime: 'audio/flac', label: 'a FLAC recording', demuxer: 'flac' },
  ogg: { kind: 'audio', mime: 'audio/ogg', label: 'an Ogg recording', demuxer: 'ogg' },
  m4a: { kind: 'audio', mime: 'audio/mp4', label: 'an M4A recording', demuxer: 'mov' },
  mp4: { kind: 'video', mime: 'video/mp4', label: 'an MP4 video', demuxer: 'mov' },
  mov: { kind: 'video', mime: 'video/quicktime', label: 'a QuickTime video', demuxer: 'mov' },
  webm: { kind: 'video', mime: 'video/webm', label: 'a WebM video', demuxer: 'matroska' },
  mkv: { kind: 'video', mime: 'video/x-matroska', label: 'a Matroska video', demuxer: 'matroska' },
  poseJson: { kind: 'pose', mime: 'application/json', label: 'a pose file' },
  openposeJson: { kind: 'pose', mime: 'application/json', label: 'an OpenPose file' },
  npy: { kind: 'pose', mime: 'application/octet-stream', label: 'a NumPy array' },
  workflowJson: { kind: 'workflow', mime: 'application/json', label: 'a workflow' },
  zip: { kind: 'archive', mime: 'application/zip', label: 'a zip archive' },
  svg: { kind: 'unknown', mime: 'image/svg+xml', label: 'an SVG drawing' },
  heic: { kind: 'unknown', mime: 'image/heic', label: 'a HEIC photo' },
  tiff: { kind: 'unknown', mime: 'image/tiff', label: 'a TIFF picture' },
  bmp: { kind: 'unknown', mime: 'image/bmp', label: 'a BMP picture' },
  psd: { kind: 'unknown', mime: 'image/vnd.adobe.photoshop', label: 'a Photoshop document' },
  aiff: { kind: 'unknown', mime: 'audio/aiff', label: 'an AIFF recording' },
  midi: { kind: 'unknown', mime: 'audio/midi', label: 'a MIDI file' },
  avi: { kind: 'unknown', mime: 'video/x-msvideo', label: 'an AVI video' },
  asf: { kind: 'unknown', mime: 'video/x-ms-asf', label: 'a Windows Media file' },
  flv: { kind: 'unknown', mime: 'video/x-flv', label: 'a Flash video' },
  pdf: { kind: 'unknown', mime: 'application/pdf', label: 'a PDF document' },
  gzip: { kind: 'unknown', mime: 'application/gzip', label: 'a gzip archive' },
  json: { kind: 'unknown', mime: 'application/json', label: 'a JSON file' },
  html: { kind: 'unknown', mime: 'text/html', label: 'a web page' },
  text: { kind: 'unknown', mime: 'text/plain', label: 'a text file' },
  empty: { kind: 'unknown', mime: 'application/octet-stream', label: 'an empty file' },
  binary: { kind: 'unknown', mime: 'application/octet-stream', label: 'a file of an unknown kind' },
} as const satisfies Record<string, FormatRow>

export type Format = keyof typeof FORMATS

export interface Sniffed extends FormatRow {
  format: Format
}

/** Bytes from the start of a file that `sniff` wants to see; fewer are fine when the file is shorter. */
export const SNIFF_BYTES = 65_536

/**
 * Says what a file is from its first bytes alone; its name plays no part. Never throws.
 *
 * @param head the first `SNIFF_BYTES` bytes of the file, or the whole file if it is shorter
 */
export function sniff(head: Uint8Array): Sniffed {
  const format = formatOf(head)
  return { format, ...FORMATS[format] }
}

function formatOf(head: Uint8Array): Format {
  if (head.length === 0) return 'empty'
  for (const [format, magic] of MAGIC) if (startsWith(head, magic)) return format
  const at4 = ascii(head, 4, 4)
  const at8 = ascii(head, 8, 4)
  const first4 = ascii(head, 0, 4)
  if (first4 === 'RIFF' || first4 === 'RF64') {
    if (at8 === 'WAVE') return 'wav'
    if (at8 === 'WEBP') return 'webp'
    if (at8 === 'AVI ') return 'avi'
  }
  if (first4 === 'FORM' && at8.startsWith('AIF')) return 'aiff'
  if (at4 === 'ftyp') return isoFormat(head)
  if (['moov', 'mdat', 'wide', 'free', 'skip'].includes(at4)) return 'mov'
  if (startsWith(head, '\x1a\x45\xdf\xa3')) return ascii(head, 0, 64).includes('webm') ? 'webm' : 'mkv'
  if (first4.startsWith('ID3')) return afterId3(head)
  return mpegAudio(head, 0) ?? textFormat(head)
}

const MAGIC: [Format, string][] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['flac', 'fLaC'],
  ['ogg', 'OggS'],
  ['npy', '\x93NUMPY'],
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['pdf', '%PDF-'],
  ['gzip', '\x1f\x8b'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['bmp', 'BM'],
  ['psd', '8BPS'],
  ['midi', 'MThd'],
  ['flv', 'FLV\x01'],
  ['asf', '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
]

/** Brands of ISO base media files (ISO/IEC 14496-12): the major one decides, AVIF may also be a compatible brand. */
function isoFormat(head: Uint8Array): Format {
  const boxBytes = new DataView(head.buffer, head.byteOffset).getUint32(0)
  const major = ascii(head, 8, 4)
  const brands = [major]
  for (let at = 16; at + 4 <= Math.min(boxBytes, head.length, 256); at += 4) brands.push(ascii(head, at, 4))
  if (brands.includes('avif') || brands.includes('avis')) return 'avif'
  if (['heic', 'heix', 'hevc', 'mif1', 'msf1', 'heim', 'heis'].includes(major)) return 'heic'
  if (major === 'M4A ' || major === 'M4B ') return 'm4a'
  return major === 'qt  ' ? 'mov' : 'mp4'
}

/** An ID3 tag may precede MP3, and by bad habit AAC or FLAC; its size is four 7-bit digits. */
function afterId3(head: Uint8Array): Format {
  if (head.length < 10) return 'mp3'
  const at = 10 + ((head[6] & 127) << 21) + ((head[7] & 127) << 14) + ((head[8] & 127) << 7) + (head[9] & 127)
  if (ascii(head, at, 4) === 'fLaC') return 'flac'
  return (at < head.length ? mpegAudio(head, at) : null) ?? 'mp3'
}

/** An MPEG audio frame header (ISO/IEC 11172-3, 2.4.1.3) or an ADTS one (layer bits 0), or null. */
function mpegAudio(head: Uint8Array, at: number): 'mp3' | 'aac' | null {
  if (at + 4 > head.length || head[at] !== 0xff || (head[at + 1] & 0xe0) !== 0xe0) return null
  const layer = (head[at + 1] >> 1) & 3
  if (layer === 0) return (head[at + 1] & 0xf0) === 0xf0 && ((head[at + 2] >> 2) & 15) < 13 ? 'aac' : null
  const version = (head[at + 1] >> 3) & 3
  const bitRate = head[at + 2] >> 4
  const sampleRate = (head[at + 2] >> 2) & 3
  return version !== 1 && bitRate !== 15 && bitRate !== 0 && sampleRate !== 3 ? 'mp3' : null
}

function textFormat(head: Uint8Array): Format {
  const text = readableText(head)
  if (text === null) return 'binary'
  const trimmed = text.replace(/^\uFEFF/, '').trimStart()
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return jsonFormat(trimmed)
  const opening = trimmed.slice(0, 2000).toLowerCase()
  if (opening.startsWith('<')) {
    if (/<svg[\s>]/.test(opening)) return 'svg'
    if (/<(!doctype html|html)[\s>]/.test(opening)) return 'html'
  }
  return 'text'
}

function jsonFormat(text: string): Format {
  if (/"format"\s*:\s*"mmgt-pose\/\d+"/.test(text)) return 'poseJson'
  if (/"pose_keypoints_2d"\s*:/.test(text)) return 'openposeJson'
  if (/"schema"\s*:\s*\d/.test(text) && /"nodes"\s*:\s*\{/.test(text)) return 'workflowJson'
  return 'json'
}

/** The bytes as text, or null when they are not UTF-8 or hold control characters. */
function readableText(head: Uint8Array): string | null {
  for (let i = 0; i < head.length; i++) {
    const byte = head[i]
    if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return null
  }
  const text = new TextDecoder('utf-8').decode(head)
  // The head may end inside a character, which gives one replacement character at the very end.
  return text.slice(0, -1).includes('\uFFFD') ? null : text
}

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

function startsWith(bytes: Uint8Array, magic: string): boolean {
  if (bytes.length < magic.length) return false
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return false
  return true
}
