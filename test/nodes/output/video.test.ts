import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readContainer } from '../../../nodes/lib/media/container'
import { decodeAudio } from '../../../nodes/lib/media/decode-audio'
import { readBytes } from '../../../nodes/lib/media/read-bytes'
import { sniff } from '../../../nodes/lib/media/sniff'
import { readWorkflow } from '../../../nodes/lib/media/workflow-tag'
import { outputVideo } from '../../../nodes/output/video'
import { backends, greyVideo, refusal } from '../../support/media'
import { runNode, testContext } from '../../support/node-context'
import { sine } from '../../support/sounds'

const anyCodec = backends.some(({ present }) => present)
const tone = (hz: number, seconds = 1) => ({ sampleRate: 48_000, channels: [sine(hz, 48_000, seconds)] })

describe('the video file node', () => {
  it.skipIf(!anyCodec)('writes an MP4 with the workflow inside, and reports progress', async () => {
    const ctx = testContext({ definition: outputVideo })
    const { file } = await runNode(outputVideo, { video: greyVideo(25) }, { name: 'Mara speaks' }, ctx)
    expect(file).toMatchObject({ name: 'Mara speaks.mp4', mime: 'video/mp4' })
    expect((await readContainer(file.path)).video).toMatchObject({ frames: 25, fps: 25, width: 64 })
    expect(await readWorkflow(file.path)).toEqual(ctx.workflow())
    expect(ctx.fractions.length).toBeGreaterThan(20)
    expect(ctx.fractions.at(-1)).toBe(1)
    expect([...ctx.fractions].sort((a, b) => a - b)).toEqual(ctx.fractions)
    expect(ctx.warnings).toEqual([])
  })

  it.skipIf(!anyCodec)('prefers the connected sound to the one the video carries', async () => {
    const video = { ...greyVideo(25), audio: tone(300) }
    for (const [audio, hz] of [
      [undefined, 300],
      [tone(900), 900],
    ] as const) {
      const { file } = await runNode(outputVideo, { video, audio })
      const { channels } = (await decodeAudio(file.path)).audio
      let crossings = 0
      for (let i = 4_800; i < 43_200; i++) if (channels[0][i - 1] < 0 && channels[0][i] >= 0) crossings++
      expect(Math.abs(crossings / 0.8 - hz)).toBeLessThan(5)
    }
  })

  it.each([
    ['webm', 'webm', 'video/webm', 'webm'],
    ['gif', 'gif', 'image/gif', 'gif'],
    ['png', 'zip', 'application/zip', 'zip'],
  ])('writes %s', async (format, extension, mime, seen) => {
    if (format === 'webm' && !anyCodec) return
    const { file } = await runNode(outputVideo, { video: greyVideo(4) }, { format })
    expect(file).toMatchObject({ name: `result.${extension}`, mime })
    expect(sniff(await readBytes(file.path, 0, 1_000)).format).toBe(seen)
  })

  it('leaves the workflow out when told to', async () => {
    const { file } = await runNode(
      outputVideo,
      { video: greyVideo(4) },
      { format: 'gif', embedWorkflow: false },
    )
    expect(await readWorkflow(file.path)).toBe(null)
  })

  it('cleans the name it is given', async () => {
    const { file } = await runNode(
      outputVideo,
      { video: greyVideo(1) },
      { format: 'gif', name: '../a/b: c?' },
    )
    expect(file.name).toBe('a-b- c.gif')
  })

  it('warns about what it changed', async () => {
    const ctx = testContext({ definition: outputVideo })
    await runNode(outputVideo, { video: { ...greyVideo(4), audio: tone(300) } }, { format: 'gif' }, ctx)
    expect(ctx.warnings).toEqual(['A GIF has no sound, so the sound was left out.'])
  })

  it('stops when cancelled and leaves nothing', async () => {
    const ctx = testContext({ definition: outputVideo })
    let written = ''
    const spied = { ...ctx, tempFile: async (extension: string) => (written = await ctx.tempFile(extension)) }
    const video = greyVideo(64)
    const stopping = {
      ...video,
      chunk: (index: number) => {
        if (index === 3) ctx.abort()
        return video.chunk(index)
      },
    }
    const error = await refusal(runNode(outputVideo, { video: stopping }, { format: 'png' }, spied))
    expect(error.code).toBe('run/cancelled')
    expect(existsSync(written)).toBe(false)
  })
})
