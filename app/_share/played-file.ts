import { mainFile } from '../_editor/runs/result-of-run'
import type { ResultFile } from '../_editor/runs/result-player'
import type { ArtifactSource } from '../_lib/values/artifact-source'
import type { SharedView } from './shared-view'

export interface SharedFile extends ResultFile {
  /** Of a clip; 0 for anything else. */
  frames: number
  /** “MP4”. */
  kind: string
}

interface VideoMeta {
  width: number
  height: number
  fps: number
  frames: number
}

/** What a shared run delivered, with the facts of the video it was made from. */
export function playedFile(
  { document, values, files }: SharedView,
  artifacts: ArtifactSource,
  token: string,
  titleOf: (type: string) => string | undefined,
): SharedFile | undefined {
  const file = mainFile(files)
  if (!file) return undefined
  const { sha256, mime, name } = file
  const inputs = document.edges
    .filter(({ to }) => to[0] === file.node)
    .map(({ from }) => ({ from: from[0], value: values[from[0]]?.[from[1]] }))
  const video = inputs.find(({ value }) => value?.type === 'video')
  const meta = video?.value && 'meta' in video.value ? (video.value.meta as unknown as VideoMeta) : undefined
  return {
    url: artifacts.url(sha256, { mime, name }),
    downloadUrl: artifacts.url(sha256, { mime, name, download: true }),
    poster: `/api/shares/${token}/poster.jpg`,
    name,
    mime,
    kind: (name.split('.').pop() ?? 'file').toUpperCase(),
    fps: meta?.fps ?? 25,
    frames: meta?.frames ?? 0,
    sound: inputs.find(({ value }) => value?.type === 'audio')?.value ?? video?.value,
    facts:
      meta &&
      [
        `${meta.width} × ${meta.height}`,
        `${Number(meta.fps.toFixed(3))} fps`,
        titleOf(document.nodes[video?.from ?? '']?.type ?? ''),
      ]
        .filter(Boolean)
        .join(' · '),
  }
}
