import type { NodeContext } from '../../core/define-node'
import { type AudioValue, audioSeconds, type PoseValue } from '../../core/values'
import { shiftControl } from '../dsp/beat-alignment'
import { onsetSteps } from '../dsp/onsets'
import { PROSODY_SAMPLE_RATE, prosodySteps } from '../dsp/prosody'
import { resampleSteps } from '../dsp/resample'
import { runStepsAsync } from '../dsp/run-steps'
import { toMono } from '../dsp/to-mono'
import { lipEnergyCorrelation } from '../pose/lip-correlation'
import { motionBeats } from '../pose/motion-beats'
import { type Row, row } from './row'

export async function soundRows(
  ctx: NodeContext,
  audio: AudioValue,
  pose: PoseValue | undefined,
  params: { prominence: number; lowPass: number },
): Promise<Row[]> {
  const samples = toMono(audio)
  const seconds = audioSeconds(audio)
  const onsets = await runStepsAsync(onsetSteps(samples, audio.sampleRate), { signal: ctx.signal })
  const ofAudio = [
    row('onsets', 'audio', seconds > 0 ? onsets.length / seconds : null, '1/s', 'Peaks of log-mel flux'),
    row('duration', 'audio', seconds, 's'),
  ]
  if (!pose) return ofAudio
  const speech = await runStepsAsync(resampleSteps(samples, audio.sampleRate, PROSODY_SAMPLE_RATE), {
    signal: ctx.signal,
  })
  const { syllables } = await runStepsAsync(prosodySteps(speech), { signal: ctx.signal })
  const accents = syllables.filter((s) => s.accent).map((s) => s.onset)
  const common = Math.min(seconds, pose.frames / pose.fps)
  const within = (times: number[]) => times.filter((t) => t < common)

  const lips = lipEnergyCorrelation(pose, samples, audio.sampleRate)
  return [
    ...alignmentRows(ctx, pose, { common, onsets: within(onsets), accents: within(accents) }, params),
    row(
      'lips against level',
      'lips',
      lips?.r ?? null,
      'r',
      'Pearson correlation of opening/width with RMS, at the best of ±2 frames',
      'higher',
    ),
    row('lips against level, lag', 'lips', lips?.lag ?? null, 'frames', 'Positive: lips late', 'near 0'),
    ...ofAudio,
  ]
}

interface Sound {
  /** Seconds that sound and motion have in common. */
  common: number
  /** Seconds, before the end of the common time. */
  onsets: number[]
  accents: number[]
}

/** How well the beats of the wrists meet those of the sound, as they are and low-passed, both ways round. */
function alignmentRows(
  ctx: NodeContext,
  pose: PoseValue,
  { common, onsets, accents }: Sound,
  params: { prominence: number; lowPass: number },
): Row[] {
  const rows: Row[] = []
  const forms = [
    { name: '', beats: motionBeats(pose, { prominence: params.prominence }) },
    {
      name: `, low-passed at ${params.lowPass} Hz`,
      beats: motionBeats(pose, { prominence: params.prominence, lowPassHertz: params.lowPass }),
    },
  ]
  for (const { name, beats } of forms) {
    const motion = beats.filter((t) => t < common)
    const details: Row[] = []
    rows.push(
      row(
        `motion beats${name}`,
        'wrists',
        common > 0 ? motion.length / common : null,
        '1/s',
        'Minima of wrist speed',
      ),
    )
    for (const [sound, times] of [
      ['onsets', onsets],
      ['accents', accents],
    ] as const) {
      for (const direction of ['audio-to-motion', 'motion-to-audio'] as const) {
        ctx.signal.throwIfAborted()
        const control = shiftControl(times, motion, common, direction)
        const title =
          direction === 'audio-to-motion'
            ? `beat alignment, ${sound} to motion${name}`
            : `beat alignment, motion to ${sound}${name}`
        const note = `Mean of exp(−d²/2σ²), σ 0.1 s${direction === 'motion-to-audio' ? ', as in AIST++ (Li et al. 2021)' : ', as in Bailando (Siyao et al. 2022)'}`
        rows.push(row(`${title}, z`, 'wrists', control?.z ?? null, 'sd', '(score − control) / sd', 'higher'))
        details.push(
          row(title, 'wrists', control?.score ?? null, '0…1', note),
          row(
            `${title}, control`,
            'wrists',
            control?.mean ?? null,
            '0…1',
            'Mean of 400 circular shifts of the sound',
          ),
          row(
            `${title}, control sd`,
            'wrists',
            control?.sd ?? null,
            '0…1',
            'Standard deviation of the shifts',
          ),
        )
      }
    }
    rows.push(...details)
  }
  return rows
}
