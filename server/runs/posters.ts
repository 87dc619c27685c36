import type { Preview } from '../engine/events'
import { sha256 } from '../storage/blobs'
import type { DataFolder } from '../storage/data-folder'

/** Pictures kept of one node while it works; more are thinned out evenly. */
const KEPT = 24

/**
 * Collects the pictures that the targets of a run show while they are made, and chooses three of each result: its
 * start, middle and end. Stored like a result, under a key of the file they show, so that a run which only finds the
 * file again has them too.
 */
export class Posters {
  private readonly shown = new Map<string, Map<number, Preview>>()

  constructor(private readonly data: DataFolder) {}

  note(preview: Preview): void {
    if (preview.frame === undefined || preview.mime !== 'image/jpeg') return
    const frames = this.shown.get(preview.node) ?? new Map<number, Preview>()
    this.shown.set(preview.node, frames)
    frames.set(preview.frame, preview)
    if (frames.size > KEPT) thinOut(frames)
  }

  /**
   * @param nodes whose pictures show the result: the node that made it and those it is made from; the one that was
   *   seen most is taken
   * @param result sha256 of the file
   * @returns artifacts, none when nothing was seen
   */
  async of(nodes: readonly string[], result: string): Promise<string[]> {
    const key = sha256(`posters of ${result}`)
    const known = this.data.cache.find(key)
    if (known) {
      this.data.cache.touch([key])
      return Object.values(known.outputs).flatMap((ref) => ('blobs' in ref ? [ref.blobs.data.sha256] : []))
    }
    const seen = nodes.map((node) => this.shown.get(node) ?? new Map<number, Preview>())
    const most = seen.reduce((a, b) => (b.size > a.size ? b : a))
    const frames = [...most].sort(([a], [b]) => a - b).map(([, preview]) => preview)
    const chosen = new Set(
      [frames[0], frames[frames.length >> 1], frames.at(-1)].filter((f) => f !== undefined),
    )
    if (chosen.size === 0) return []
    const blobs = await Promise.all([...chosen].map(({ bytes }) => this.data.blobs.write(bytes)))
    const outputs = Object.fromEntries(
      blobs.map((data, i) => [
        String(i),
        { type: 'file' as const, meta: { name: `${i}.jpg`, mime: 'image/jpeg' }, blobs: { data } },
      ]),
    )
    this.data.cache.put({ key, node: 'posters', outputs, warnings: [], seconds: 0 })
    return blobs.map(({ sha256: id }) => id)
  }
}

/** Drops the frame whose neighbours are nearest to each other. */
function thinOut(frames: Map<number, unknown>): void {
  const sorted = [...frames.keys()].sort((a, b) => a - b)
  let best = 1
  for (let i = 2; i < sorted.length - 1; i++) {
    if (sorted[i + 1] - sorted[i - 1] < sorted[best + 1] - sorted[best - 1]) best = i
  }
  frames.delete(sorted[best])
}
