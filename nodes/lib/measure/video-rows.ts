import type { NodeContext } from '../../core/define-node'
import { chunkCount, type VideoValue } from '../../core/values'
import { type Row, row } from './row'

export async function videoRows(ctx: NodeContext, video: VideoValue): Promise<Row[]> {
  const { width, height, frames, fps } = video
  return [
    row(
      'frame difference',
      'video',
      await meanFrameDifference(ctx, video),
      'levels',
      'Mean absolute difference of successive frames over all pixels and channels, 0–255',
    ),
    row('duration', 'video', frames / fps, 's'),
    row('frames', 'video', frames, 'frames'),
    row('frame rate', 'video', fps, 'fps'),
    row('width', 'video', width, 'px'),
    row('height', 'video', height, 'px'),
  ]
}

async function meanFrameDifference(ctx: NodeContext, video: VideoValue): Promise<number | null> {
  const size = video.width * video.height * 3
  let before: Uint8Array | undefined
  let sum = 0
  const chunks = chunkCount(video.frames)
  for (let c = 0; c < chunks; c++) {
    ctx.signal.throwIfAborted()
    ctx.progress(c / chunks, 'Comparing frames')
    const chunk = await video.chunk(c)
    for (let at = 0; at + size <= chunk.length; at += size) {
      const frame = chunk.subarray(at, at + size)
      if (before) {
        let difference = 0
        for (let i = 0; i < size; i++) difference += Math.abs(frame[i] - before[i])
        sum += difference / size
      }
      before = frame
    }
  }
  return video.frames > 1 ? sum / (video.frames - 1) : null
}
