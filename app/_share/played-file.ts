import type { DeliveredFile } from '../../server/engine/events'
import type { ArtifactSource } from '../_lib/values/artifact-source'
import type { PlayedFile } from './result-player'
import type { SharedView } from './shared-view'

export interface SharedFile extends PlayedFile {
  download: string
  name: string
  /** “MP4”. */
  kind: string
}

/** The first clip a shared run delivered, with the facts of the video it was made from. */
export function playedFile(
  { document, values, files }: SharedView,
  artifacts: ArtifactSource,
  token: string,
): SharedFile | undefined {
  const file = files.find(({ mime }) => mime.startsWith('video/'))
  if (!file) return undefined
  const meta = videoMeta(file)
  const { width, height, fps, frames } = { width: 0, height: 0, fps: 25, frames: 0, ...meta }
  return {
    url: artifacts.url(file.sha256, { mime: file.mime }),
    download: artifacts.url(file.sha256, { mime: file.mime, name: file.name, download: true }),
    poster: `/api/shares/${token}/poster.jpg`,
    name: file.name,
    kind: (file.name.split('.').pop() ?? 'file').toUpperCase(),
    bytes: file.size,
    frames,
    fps,
    facts: width > 0 ? `${width} × ${height} · ${fps} fps` : '',
  }

  function videoMeta({ node }: DeliveredFile) {
    const sources = document.edges
      .filter(({ to }) => to[0] === node)
      .map(({ from }) => values[from[0]]?.[from[1]])
    const video = sources.find((value) => value?.type === 'video')
    return video && 'meta' in video
      ? (video.meta as { width: number; height: number; fps: number; frames: number })
      : {}
  }
}
