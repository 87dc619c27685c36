import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { aboutFile, StudioError } from '../core/errors'
import { optional, socket } from '../core/sockets'
import type { AudioValue } from '../core/values'
import { cutOf, cutParams } from '../lib/media/video-cut-schema'

export const inputVideo = defineNode({
  id: 'input/video',
  version: 1,
  title: 'Video',
  summary: 'A video from your files, as lossless frames with their sound.',
  docs: [
    'Reads MP4, MOV, WebM and Matroska, whatever codec FFmpeg knows, up to 30 minutes; of those at most 18,000 frames',
    'are taken (10 minutes at 30 a second). Frames are turned and stretched as players show them, in 8-bit sRGB.',
    '',
    '- *Start* and *end* cut picture and sound.',
    '- *Frame rate* 0 keeps that of the file (its mean, when frames last differently long). Another one repeats frames',
    '  or leaves some out, and keeps the speed; nothing is blended.',
    '- A video with a side longer than *longest side* is shrunk to it, and the node says so.',
    '',
    'A result of ours dropped on the editor opens the workflow inside it; chosen here it is a video like any other.',
  ].join('\n'),

  inputs: {},
  outputs: {
    video: socket('video', 'Video', 'The frames, and the sound if the file has some'),
    audio: optional('audio', 'Sound', 'Only of a file that has sound'),
  },
  params: z.object({
    asset: z.string().min(1).describe('The video'),
    ...cutParams,
  }),
  ui: {
    widgets: {
      asset: { widget: 'asset', accepts: 'video' },
      start: { widget: 'number', unit: 's', step: 0.1 },
      end: { widget: 'number', unit: 's', step: 0.1 },
      fps: { widget: 'number', unit: 'fps', label: 'Frame rate', step: 1 },
      maxSize: { widget: 'slider', step: 64, unit: 'px', label: 'Longest side' },
    },
  },
  resource: 'io',

  validate({ start, end, fps }) {
    if (end > 0 && end <= start) return `The end (${end} s) is not after the start (${start} s).`
    return fps > 0 && fps < 1 ? `A frame rate of ${fps} is too low: use 1 or more, or 0.` : null
  },

  facts({ params, asset }) {
    const { frames, fps, width, height, sampleRate } = asset(params.asset) ?? {}
    if (!frames || !fps || !width || !height) return {}
    const cut = cutOf({ frames, fps, width, height }, params)
    const durationSeconds = cut.frames / cut.fps
    const video = { frames: cut.frames, fps: cut.fps, width: cut.width, height: cut.height, durationSeconds }
    return { video, audio: sampleRate ? { durationSeconds, sampleRate } : {} }
  },

  async run(ctx, { params }) {
    const { name, path } = await ctx.asset(params.asset)
    const { decodeVideo } = await import('../lib/media/decode-video')
    const { shownVideo } = await import('../lib/media/preview')
    const onFrame = (done: number, of: number) => ctx.progress(done / of, `${done} of ${of} frames`)
    const opening = decodeVideo(path, { ...params, signal: ctx.signal, onFrame })
    const { video, hasSound, notes } = await aboutFile(name, opening)
    if (ctx.wanted.has('audio') && !hasSound) {
      throw new StudioError('audio/missing', `${name} has no sound.`, {
        hint: 'Remove the connection from its sound, or use an Audio node.',
      })
    }
    for (const note of notes) ctx.warn(note)
    let audio: AudioValue | undefined
    if (hasSound) {
      const { decodeAudio } = await import('../lib/media/decode-audio')
      const decoded = await aboutFile(name, decodeAudio(path, { signal: ctx.signal }))
      for (const note of decoded.notes) ctx.warn(note)
      audio = cutSound(decoded.audio, params.start, video.frames / video.fps)
    }
    const chunk = (index: number) => aboutFile(name, video.chunk(index))
    return {
      ...(ctx.wanted.has('video') && { video: shownVideo(ctx, { ...video, audio, chunk }) }),
      ...(ctx.wanted.has('audio') && audio && { audio }),
    }
  },
})

/** The part that belongs to the frames; a sound track that ends before them stays short. */
function cutSound({ sampleRate, channels }: AudioValue, start: number, seconds: number): AudioValue {
  const [from, to] = [start, start + seconds].map((at) => Math.round(at * sampleRate))
  return { sampleRate, channels: channels.map((channel) => channel.slice(from, to)) }
}
