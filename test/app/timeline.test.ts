import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { following, panned, tickStep, zoomed } from '../../app/_editor/dock/dock-view'
import { editMarks, inLanes } from '../../app/_editor/dock/edit-marks'
import { timecode } from '../../app/_editor/dock/timecode'
import { encodeWav } from '../../app/_editor/record/encode-wav'
import { mainFile } from '../../app/_editor/runs/result-of-run'
import { containRect, frameAt } from '../../app/_editor/stages/picture'
import { heatRows } from '../../app/_editor/stages/sound-pictures'
import { shownType, shownValue, stageHeight } from '../../app/_editor/stages/stage-kind'
import { portraitFor, trackValues, type Values, type Wiring } from '../../app/_editor/stages/trace-values'
import { waveformPeaks } from '../../app/_editor/stages/waveform'
import { catalog } from '../../nodes/core/catalog'
import { socket } from '../../nodes/core/sockets'
import { decodeAudio } from '../../nodes/lib/media/decode-audio'
import { registry } from '../../nodes/registry'
import type { ValueRef } from '../../server/storage/value-ref'

const ref = (type: ValueRef['type'], meta: Record<string, unknown> = {}) =>
  ({ type, meta, blobs: {} }) as ValueRef

/** The example: speech and first pose → gestures; portrait, first pose, gestures → render → file. */
const wiring: Wiring = {
  nodes: Object.fromEntries(
    ['speech', 'firstPose', 'portrait', 'gestures', 'masks', 'render', 'file'].map((id) => [
      id,
      { type: id },
    ]),
  ),
  edges: [
    { from: ['speech', 'audio'], to: ['gestures', 'audio'] },
    { from: ['firstPose', 'pose'], to: ['gestures', 'firstPose'] },
    { from: ['portrait', 'image'], to: ['render', 'portrait'] },
    { from: ['firstPose', 'pose'], to: ['render', 'firstPose'] },
    { from: ['gestures', 'pose'], to: ['render', 'pose'] },
    { from: ['gestures', 'pose'], to: ['masks', 'pose'] },
    { from: ['render', 'video'], to: ['file', 'video'] },
  ],
}
const values: Values = {
  speech: { audio: ref('audio') },
  firstPose: { pose: ref('pose', { frames: 1 }) },
  portrait: { image: ref('image') },
  gestures: { pose: ref('pose', { frames: 80 }) },
  render: { video: ref('video', { frames: 80 }) },
}

describe('which values belong together', () => {
  it('a motion made from speech alone lies over the portrait that it will move', () => {
    expect(portraitFor(wiring, values, 'gestures')).toBe(values.portrait?.image)
  })

  it('a picture that leads to the node comes before one behind it', () => {
    const own = ref('image')
    const with2 = {
      nodes: { ...wiring.nodes, photo: { type: 'photo' } },
      edges: [...wiring.edges, { from: ['photo', 'image'] as const, to: ['firstPose', 'image'] as const }],
    }
    expect(portraitFor(with2, { ...values, photo: { image: own } }, 'gestures')).toBe(own)
  })

  it('there is no portrait where nothing leads to one', () => {
    expect(portraitFor({ ...wiring, edges: [] }, values, 'speech')).toBeUndefined()
  })

  it('the timeline shows what is nearest to the end, and never a single pose as a motion', () => {
    const tracks = trackValues(wiring, values, undefined)
    expect([tracks.audio?.node, tracks.pose?.node, tracks.mask, tracks.video?.node]).toEqual([
      'speech',
      'gestures',
      undefined,
      'render',
    ])
    expect(trackValues(wiring, values, 'firstPose').pose?.node).toBe('gestures')
  })

  it('a selected node brings what leads to it into the timeline', () => {
    const smooth = ref('pose', { frames: 80 })
    const more = {
      nodes: { ...wiring.nodes, smooth: { type: 'smooth' } },
      edges: [...wiring.edges, { from: ['gestures', 'pose'] as const, to: ['smooth', 'pose'] as const }],
    }
    const all = { ...values, smooth: { pose: smooth } }
    expect(trackValues(more, all, 'render').pose?.node).toBe('gestures')
    expect(trackValues(more, all, 'smooth').pose?.node).toBe('smooth')
  })

  it('a circle in the edges ends', () => {
    const circle: Wiring = {
      nodes: { a: { type: 'a' }, b: { type: 'b' } },
      edges: [
        { from: ['a', 'x'], to: ['b', 'x'] },
        { from: ['b', 'x'], to: ['a', 'x'] },
      ],
    }
    expect(portraitFor(circle, {}, 'a')).toBeUndefined()
    expect(trackValues(circle, { a: { x: ref('audio') } }, undefined).audio?.node).toBe('a')
  })
})

describe('stages', () => {
  it('every node of the catalogue has a height before it has a value, in whole pixels', () => {
    for (const entry of catalog(registry).nodes) {
      const height = stageHeight(undefined, entry, 208)
      expect(Number.isInteger(height), entry.id).toBe(true)
      expect(height, entry.id).toBeGreaterThan(Object.keys(entry.outputs).length > 0 ? 20 : -1)
    }
  })

  it('a node with several outputs shows the first of its best type that has a value', () => {
    const entry = {
      outputs: {
        level: socket('audio', 'Level'),
        motion: socket('speech', 'Motion'),
        lips: socket('speech', 'Lips'),
      },
    }
    expect(shownType(entry)).toBe('speech')
    const lips = ref('speech')
    expect(shownValue(entry, { level: ref('audio'), lips })).toBe(lips)
    expect(shownValue(entry, { level: ref('audio') })).toBeUndefined()
  })

  it('pictures keep their shape in the middle of a stage', () => {
    expect(containRect({ width: 200, height: 100 }, 1)).toEqual({ x: 50, y: 0, width: 100, height: 100 })
    expect(containRect({ width: 100, height: 100 }, 2)).toEqual({ x: 0, y: 25, width: 100, height: 50 })
  })

  it('a clip at another rate shows the frame of the same moment, and stays on its last', () => {
    const clip = { frames: 40, fps: 12.5 }
    const at = (frame: number) => frameAt(clip, { frame, fps: 25, playing: false })
    expect([at(0), at(1), at(2), at(50), at(200)]).toEqual([0, 0, 1, 25, 39])
  })

  it('a waveform shows the loudest sample of each column', () => {
    const samples = new Float32Array(1000)
    samples[600] = -0.5
    const peaks = waveformPeaks({ sampleRate: 1000, channels: [samples] }, 10, 0, 1)
    expect([...peaks]).toEqual([0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0])
  })

  it('features that differ in scale are seen alike, and wide ones are averaged', () => {
    const data = new Float32Array(4 * 72)
    for (let f = 0; f < 4; f++)
      for (let d = 0; d < 72; d++) data[f * 72 + d] = f * 10 ** (d % 2 === 0 ? 3 : 0)
    const rows = heatRows({ kind: 'baseline', fps: 25, frames: 4, dims: 72, data })
    expect(rows).toHaveLength(36)
    expect(rows[0][3]).toBeGreaterThan(rows[0][0])
    expect(rows[0][3]).toBeCloseTo(rows[35][3], 5)
  })
})

describe('the time axis', () => {
  it('zooming keeps what is under the pointer where it is', () => {
    const span = zoomed(null, 100, 25, 2)
    expect(span).toEqual({ from: 12.5, to: 62.5 })
    expect(zoomed(span, 100, 25, 0.5)).toBe(null)
  })

  it('goes neither over the ends nor closer than 8 frames', () => {
    expect(zoomed(null, 100, 0, 1000)).toEqual({ from: 0, to: 8 })
    expect(panned({ from: 10, to: 20 }, 100, 500)).toEqual({ from: 90, to: 100 })
  })

  it('turns the page when the playhead leaves it', () => {
    expect(following({ from: 0, to: 20 }, 100, 19)).toEqual({ from: 0, to: 20 })
    expect(following({ from: 0, to: 20 }, 100, 20)).toEqual({ from: 18, to: 38 })
  })

  it('labels have room', () => {
    expect([tickStep(0.05), tickStep(0.1), tickStep(1), tickStep(1e6)]).toEqual([5, 5, 50, 25_000])
  })

  it('times read as people write them', () => {
    expect([timecode(1.76), timecode(61.999), timecode(0)]).toEqual(['00:01.76', '01:02.00', '00:00.00'])
  })
})

describe('edits on the timeline', () => {
  it('names what a layer does and where, to the end where it has none', () => {
    const [joint, turn] = editMarks(
      [
        { kind: 'joints', joint: 'right wrist', from: 0, to: null, keys: [{ frame: 9 }, { frame: 26 }] },
        { kind: 'rotate', region: 'leftHand', from: 44, to: 61, enabled: false },
      ],
      false,
    )
    expect(joint).toEqual({ name: 'Right wrist', from: 0, to: null, keys: [9, 26], enabled: true })
    expect(turn).toEqual({ name: 'Left hand: rotate', from: 44, to: 61, keys: [], enabled: false })
  })

  it('counts the last frame of a mask layer in', () => {
    expect(editMarks([{ kind: 'grow', region: 'lips', from: null, to: 10 }], true)[0]).toMatchObject({
      from: 0,
      to: 11,
    })
  })

  it('lays overlapping layers into lanes', () => {
    const mark = (from: number, to: number | null) => ({ name: '', from, to, keys: [], enabled: true })
    const lanes = inLanes([mark(0, 10), mark(5, null), mark(10, 20)], 80, 2).map(({ lane }) => lane)
    expect(lanes).toEqual([0, 1, 0])
  })
})

describe('results and recordings', () => {
  it('of several files the video is the one to watch', () => {
    const file = (mime: string) => ({ node: 'n', path: '', name: mime, mime, sha256: '', size: 1 })
    expect(mainFile([file('application/zip'), file('image/gif'), file('video/mp4')])?.mime).toBe('video/mp4')
    expect(mainFile([])).toBeUndefined()
  })

  it('a take becomes a WAV file that the studio reads back', async () => {
    const take = Float32Array.from({ length: 4_800 }, (_, i) => Math.sin(i / 20) * 0.5)
    const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-take-'))
    try {
      const file = path.join(folder, 'take.wav')
      writeFileSync(file, encodeWav([take], 48_000))
      const { audio } = await decodeAudio(file)
      expect([audio.sampleRate, audio.channels.length, audio.channels[0].length]).toEqual([48_000, 1, 4_800])
      expect(audio.channels[0][31]).toBeCloseTo(take[31], 3)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
