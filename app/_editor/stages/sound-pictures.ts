import type { AudioValue, SpeechValue } from '../../../nodes/core/values'
import { loadOnsets, loadSound, loadSpeech } from '../../_lib/values/load-values'
import type { StoredRef } from '../../_lib/values/stored-value'
import { type Picture, type PictureContext, whenLoaded } from './picture'
import { STAGE } from './stage-colours'
import { loudest, waveformPeaks } from './waveform'

/** A sound as bars, with ticks at its onsets. */
export function waveformPicture(ref: StoredRef, context: PictureContext): Picture {
  let audio: AudioValue | undefined
  let onsets: number[] = []
  whenLoaded(loadSound(ref, context), context, (loaded) => {
    audio = loaded
  })
  whenLoaded(loadOnsets(ref, context), context, (loaded) => {
    onsets = loaded
  })
  return {
    ready: () => audio !== undefined,
    paint({ context: g, width, height, ratio }) {
      if (!audio) return
      const seconds = audio.channels[0].length / audio.sampleRate
      paintBars(g, audio, { width, height, ratio, fromSeconds: 0, toSeconds: seconds, colour: STAGE.audio })
      g.fillStyle = STAGE.mark
      for (const onset of onsets) g.fillRect(Math.round((onset / seconds) * width), 0, ratio, 4 * ratio)
    },
  }
}

export interface Bars {
  width: number
  height: number
  ratio: number
  fromSeconds: number
  toSeconds: number
  colour: string
}

/** Bars of 2 px with gaps of 1 px, about the middle. */
export function paintBars(g: CanvasRenderingContext2D, audio: AudioValue, bars: Bars): void {
  const { width, height, ratio, fromSeconds, toSeconds, colour } = bars
  const pitch = 3 * ratio
  const columns = Math.max(1, Math.floor(width / pitch))
  const peaks = waveformPeaks(audio, columns, fromSeconds, toSeconds)
  const most = loudest(peaks)
  g.fillStyle = colour
  for (let c = 0; c < columns; c++) {
    const h = Math.max(ratio, (peaks[c] / most) * (height - 8 * ratio))
    g.fillRect(c * pitch, (height - h) / 2, 2 * ratio, h)
  }
}

/** Rows of a heat map at most; wider features are averaged in groups. */
const MAX_ROWS = 36

/** Speech features as a heat map: time to the right, features upwards, each row by its own spread. */
export function speechPicture(ref: StoredRef, context: PictureContext): Picture {
  let map: HTMLCanvasElement | undefined
  whenLoaded(loadSpeech(ref, context), context, (speech) => {
    map = heatMap(speech)
  })
  return {
    ready: () => map !== undefined,
    paint({ context: g, width, height }) {
      if (!map) return
      g.imageSmoothingEnabled = false
      g.drawImage(map, 0, 0, width, height)
      g.imageSmoothingEnabled = true
    },
  }
}

/** Rows of levels 0…1, `[rows][frames]`: the mean over groups of features, −1…2 deviations from the row's mean. */
export function heatRows({ data, dims, frames }: SpeechValue, maxRows = MAX_ROWS): Float32Array[] {
  const rows = Math.min(maxRows, dims)
  return Array.from({ length: rows }, (_, r) => {
    const from = Math.floor((r * dims) / rows)
    const to = Math.floor(((r + 1) * dims) / rows)
    const row = new Float32Array(frames)
    for (let f = 0; f < frames; f++) {
      let sum = 0
      for (let d = from; d < to; d++) sum += data[f * dims + d]
      row[f] = sum / (to - from)
    }
    const mean = row.reduce((a, b) => a + b, 0) / frames
    const deviation = Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / frames)
    return row.map((v) => (deviation > 0 ? Math.min(1, Math.max(0, ((v - mean) / deviation + 1) / 3)) : 0))
  })
}

function heatMap(speech: SpeechValue): HTMLCanvasElement {
  const rows = heatRows(speech)
  const canvas = document.createElement('canvas')
  canvas.width = speech.frames
  canvas.height = rows.length
  const g = canvas.getContext('2d')
  if (!g) throw new Error('This browser gives no more canvases.')
  const pixels = g.createImageData(canvas.width, canvas.height)
  const { red, green, blue } = STAGE.speech
  rows.forEach((row, r) => {
    for (let f = 0; f < speech.frames; f++) {
      const at = 4 * ((rows.length - 1 - r) * speech.frames + f)
      pixels.data[at] = red * row[f]
      pixels.data[at + 1] = green * row[f]
      pixels.data[at + 2] = blue * row[f]
      pixels.data[at + 3] = 255
    }
  })
  g.putImageData(pixels, 0, 0)
  return canvas
}
