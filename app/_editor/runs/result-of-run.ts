import type { DeliveredFile } from '../../../nodes/core/run-events'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import type { ArtifactSource } from '../../_lib/values/artifact-source'
import type { ResultFile } from './result-player'
import type { ResultMedia } from './runs-source'

/** Of several files the one to watch: a video before a picture before an archive. */
export function mainFile(files: readonly DeliveredFile[]): DeliveredFile | undefined {
  const rank = ({ mime }: DeliveredFile) =>
    mime.startsWith('video/') ? 0 : mime.startsWith('image/') ? 1 : 2
  return [...files].sort((a, b) => rank(a) - rank(b))[0]
}

const DEFAULT_FPS = 25

export function resultFile(
  run: RunSummary,
  file: DeliveredFile,
  source: ArtifactSource,
  media: ResultMedia | undefined,
): ResultFile {
  const { sha256, mime, name } = file
  const fps = media?.fps ?? DEFAULT_FPS
  const size = media?.width && media.height ? `${media.width} × ${media.height}` : undefined
  return {
    url: source.url(sha256, { mime, name }),
    downloadUrl: source.url(sha256, { mime, name, download: true }),
    name,
    mime,
    title: `Run ${run.number}`,
    poster: posterUrl(run, source),
    fps,
    sound: media?.sound,
    facts: [size, media && `${Number(fps.toFixed(3))} fps`, media?.madeBy].filter(Boolean).join(' · '),
  }
}

export const posterUrl = (run: RunSummary, source: ArtifactSource): string | undefined =>
  run.poster && source.url(run.poster, { mime: 'image/jpeg' })
