import { StudioError } from '../../core/errors'
import type { Sniffed } from './sniff'

const MEDIA = {
  image: {
    noun: 'picture',
    use: 'Use a PNG, JPEG, WebP, AVIF or GIF file.',
    mend: 'Open it in a picture editor and save it again.',
  },
  audio: {
    noun: 'recording',
    use: 'Use a WAV, MP3, M4A, Ogg, FLAC or WebM file.',
    mend: 'It may be cut off or damaged; export or download it again, as WAV or MP3 for example.',
  },
  video: {
    noun: 'video',
    use: 'Use an MP4, MOV, WebM or Matroska file.',
    mend: 'Export or download it again, as MP4 for example.',
  },
} as const

type Medium = keyof typeof MEDIA

/** A file of another kind than the one that is wanted. */
export const otherKind = (medium: Medium, { label }: Sniffed): StudioError =>
  new StudioError(
    `${medium}/unreadable`,
    `This is no ${MEDIA[medium].noun} we can read: it seems to be ${label}.`,
    { hint: MEDIA[medium].use },
  )

/** A file of the right kind that cannot be read. @param why the end of a sentence, without its full stop */
export const unreadable = (medium: Medium, { label }: Sniffed, why: string, cause?: unknown): StudioError =>
  new StudioError(`${medium}/unreadable`, `This file seems to be ${label}, but ${why}.`, {
    hint: MEDIA[medium].mend,
    cause,
  })
