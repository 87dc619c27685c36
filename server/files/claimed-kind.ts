import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'

/** What a name or a type promises, as far as it promises one of the things that are told apart here. */
type Claim = 'a picture' | 'a recording or video' | 'an archive'

const EXTENSIONS: Record<string, Claim> = {
  ...claims('a picture', 'png jpg jpeg webp avif gif'),
  // A container may hold either, and people's recorders name them as they like.
  ...claims('a recording or video', 'wav mp3 m4a aac ogg oga opus flac mp4 m4v mov webm mkv'),
  ...claims('an archive', 'zip'),
}

const KINDS: Record<string, Claim> = {
  image: 'a picture',
  audio: 'a recording or video',
  video: 'a recording or video',
  archive: 'an archive',
}

function claims(claim: Claim, extensions: string): Record<string, Claim> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, claim]))
}

/**
 * Refuses a file that is something else than it is called. Its content alone decides what it is; but a "picture" that
 * is an archive is a mistake or a trick, and either way nobody wants it.
 *
 * @param type what the browser says of it, such as `image/png`; browsers go by the name
 * @throws StudioError `asset/mismatch`
 */
export function checkClaim(name: string, type: string, found: { kind: string; mime: string }): void {
  const claim = EXTENSIONS[path.extname(name).slice(1).toLowerCase()] ?? KINDS[type.split('/')[0]]
  if (claim === undefined || claim === KINDS[found.kind]) return
  throw new StudioError(
    'asset/mismatch',
    `${name} is called ${claim}, but its content is something else (${found.mime}).`,
    { hint: 'Check that it is the file you meant; if it is, give it the right ending.' },
  )
}
