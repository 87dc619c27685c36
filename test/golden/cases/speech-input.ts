import { audioWindow } from '../../../models/audio/audio-window'
import { speechInput, withUnitVariance } from '../../../models/audio/speech-input'
import { type Comparison, EXACT } from '../harness/comparison'
import { GoldenError, type GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

/** Windows of an embedding [frames, …] of the inputs, whose names may carry its sizes. */
function windowsOf(folder: GoldenFolder, input: string, output: string): Comparison {
  const find = (tensors: Record<string, unknown>, start: string) => {
    const found = Object.keys(tensors).find((name) => name.startsWith(start))
    if (found === undefined) throw new GoldenError(`It has no tensor ${start}….`)
    return found
  }
  const { shape, data } = folder.inputs()[find(folder.inputs(), input)]
  const perFrame = data.length / shape[0]
  const windows = Array.from({ length: shape[0] }, (_, frame) => [
    ...audioWindow(data as Float32Array, perFrame, frame),
  ]).flat()
  // Values are moved, never computed.
  return folder.compare(find(folder.outputs(), output), windows, EXACT)
}

const audioWindowCase = async (folder: GoldenFolder): Promise<Comparison[]> => [
  windowsOf(folder, 'audio_emb', 'windowed'),
]

/** Rows of the table: samples, frames of a clip (-1: none), frames of the speech, zeros behind it, frames of both. */
function lengths(folder: GoldenFolder): Comparison {
  const table = Array.from(folder.outputs().length_table.data, Number)
  const rows = Array.from({ length: table.length / 5 }, (_, i) => table.slice(5 * i, 5 * i + 5))
  const got = rows.flatMap(([samples, clipFrames]) => {
    const { wave, frames, speechFrames } = speechInput(
      new Float32Array(samples),
      clipFrames > 0 ? clipFrames : undefined,
    )
    return [samples, clipFrames, speechFrames, wave.length - samples, frames]
  })
  return folder.compare('length_table', got, EXACT)
}

async function audioLengths(folder: GoldenFolder): Promise<Comparison[]> {
  const samples = folder.inputs().wav_16k.data as Float32Array
  folder.leaveOut('both are in input_values', 'mean_var')
  return [
    folder.compare('input_values', withUnitVariance(samples, 1e-7)),
    lengths(folder),
    windowsOf(folder, 'embedding', 'windowed'),
  ]
}

export const speechInputCases: Record<string, GoldenRunner> = {
  audio_norm_seqlen: audioLengths,
  audio_window: audioWindowCase,
}
