import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { optional, socket } from '../core/sockets'

export const outputVideo = defineNode({
  id: 'output/video',
  version: 1,
  title: 'Video file',
  summary: 'Writes a video, with its sound, as MP4, WebM, GIF or a sequence of PNGs.',
  docs: [
    'The only place where pictures lose anything: everything before it is exact. Number of frames and frame rate are',
    'exact; the sound is cut, or filled up with silence, to the length of the video.',
    '',
    '- **MP4**: H.264 and AAC, plays everywhere.',
    '- **WebM**: VP9 and Opus, smaller and slower to write.',
    '- **GIF**: 255 colours, no sound; for short loops.',
    '- **PNG**: a zip archive of lossless frames, with the sound as WAV.',
    '',
    'The workflow that made it travels inside the file, so that dropping the file on the editor opens it again.',
  ].join('\n'),

  inputs: {
    video: socket('video', 'Video'),
    audio: optional('audio', 'Audio', 'Sound to use instead of the one the video carries.'),
  },
  outputs: { file: socket('file', 'File') },
  params: z.object({
    format: z.enum(['mp4', 'webm', 'gif', 'png']).default('mp4').describe('Kind of file'),
    quality: z
      .number()
      .min(1)
      .max(51)
      .default(18)
      .describe('MP4 and WebM: 1 is best and largest, 18 looks like the original, 51 is worst'),
    speed: z
      .enum(['fast', 'balanced', 'small'])
      .default('fast')
      .describe('MP4 and WebM: time spent on making the file small'),
    gifFps: z.number().min(1).max(50).default(12.5).describe('GIF: frames per second'),
    gifWidth: z
      .int()
      .min(16)
      .max(4096)
      .default(480)
      .describe('GIF: largest width; smaller videos stay as they are'),
    name: z.string().max(120).default('result').describe('Name of the file, without its extension'),
    embedWorkflow: z.boolean().default(true).describe('Store the workflow inside the file'),
  }),
  ui: {
    widgets: {
      quality: { widget: 'slider', step: 1 },
      gifFps: { unit: 'fps', advanced: true },
      gifWidth: { unit: 'px', advanced: true },
      speed: { advanced: true },
      embedWorkflow: { advanced: true },
    },
  },
  resource: 'cpu',
  embedsWorkflow: true,

  async run(ctx, { inputs: { video, audio }, params }) {
    const { encodeVideo, VIDEO_FORMATS } = await import('../lib/media/encode-video')
    const { shownVideo } = await import('../lib/media/preview')
    const { safeFileName } = await import('../lib/media/safe-file-name')
    const { extension, mime } = VIDEO_FORMATS[params.format]
    const path = await ctx.tempFile(extension)
    const { backend, notes } = await encodeVideo(shownVideo(ctx, video), {
      ...params,
      file: path,
      audio,
      workflow: params.embedWorkflow ? ctx.workflow() : undefined,
      signal: ctx.signal,
      onProgress: (fraction) => ctx.progress(fraction),
    })
    for (const note of notes) ctx.warn(note)
    ctx.progress(1, `Written by ${backend}`)
    return { file: { path, name: `${safeFileName(params.name)}.${extension}`, mime } }
  },
})
