import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Speech {
  name: string
  /** Voice and variant of eSpeak NG, words per minute, base pitch 0…99. */
  voice: string
  speed: number
  pitch: number
  /** Exact length of the file; the speech is paced to leave `rest` seconds of silence at the end. */
  seconds: number
  rest: number
  text: string
  ssml: string
}

const LEAD = 0.12 // seconds of silence before the first word

/** The two tracks. `text` is what is said; `ssml` adds pauses and emphasis. */
export const SPEECHES: readonly Speech[] = [
  {
    name: 'hello',
    voice: 'en-us+f3',
    speed: 202,
    pitch: 46,
    seconds: 3.2,
    rest: 0.22,
    text: "Hello, and welcome. Let's make this picture talk.",
    ssml:
      '<prosody pitch="+8%">Hello,</prosody><break time="40ms"/> and <emphasis level="strong">welcome</emphasis>.' +
      '<break time="130ms"/> Let\'s make this picture <prosody pitch="+10%" rate="88%">talk</prosody>.',
  },
  {
    name: 'story',
    voice: 'en-us+m3',
    speed: 180,
    pitch: 44,
    seconds: 10,
    rest: 0.35,
    text:
      'It begins with one portrait, and one voice. First we listen: where does the rhythm rise, where does it rest? ' +
      'Then the hands follow the words, and every gesture is yours to change.',
    ssml:
      'It begins with <emphasis>one</emphasis> portrait, <break time="60ms"/> and <emphasis>one</emphasis> voice.' +
      '<break time="260ms"/> First we <emphasis level="strong">listen</emphasis>:<break time="120ms"/> where does the ' +
      'rhythm <prosody pitch="+14%">rise</prosody>, <break time="40ms"/> where does it <prosody pitch="-8%" rate="90%">rest</prosody>?' +
      '<break time="280ms"/> Then the hands <emphasis>follow</emphasis> the words, <break time="90ms"/> and every ' +
      'gesture is <prosody pitch="+12%" rate="90%">yours</prosody> to change.',
  },
]

const RATE = 24_000

/** Speak, pace to length, and soften: 24 kHz, 16 bit, mono, peak at −1 dBFS. Needs `espeak-ng` and `sox`. */
export async function makeSpeech(speech: Speech, file: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'speech-'))
  try {
    const raw = path.join(folder, 'raw.wav')
    const dry = path.join(folder, 'dry.wav')
    const { voice, speed, pitch, ssml } = speech
    await run('espeak-ng', [
      '-v',
      voice,
      '-s',
      `${speed}`,
      '-p',
      `${pitch}`,
      '-a',
      '90',
      '-m',
      '-w',
      raw,
      `<speak>${ssml}</speak>`,
    ])
    // Cut the silence at both ends, so that pacing depends on the words alone.
    const cut = (fade: string) => ['silence', '1', '0.01', '0.4%', 'fade', 't', fade, 'reverse']
    await run('sox', ['-D', raw, dry, ...cut('0.005'), ...cut('0.03')])
    const { stdout } = await run('soxi', ['-D', dry])
    const tempo = Number(stdout) / (speech.seconds - LEAD - speech.rest)
    if (tempo < 0.85 || tempo > 1.18) {
      throw new Error(
        `"${speech.name}" lasts ${stdout.trim()} s; change its speed of ${speed} words per minute to reach ${speech.seconds} s.`,
      )
    }
    const polish = [
      ['gain', '-n', '-9'], // room for the filters
      ['rate', '-v', `${RATE}`],
      ['tempo', '-s', tempo.toFixed(5)],
      ['highpass', '75'],
      ['equalizer', '190', '1.0q', '2.5'], // chest
      ['equalizer', '3100', '1.2q', '-4'], // the buzz of the formant synthesis
      ['treble', '-3', '6000'],
      ['lowpass', '8500'],
      ['gain', '-n', '-6'],
      ['compand', '0.015,0.15', '6:-60,-50,-30,-18,-18,-11,-6,-8', '0', '-30', '0.015'],
      ['pad', `${LEAD}`, '1'],
      ['reverb', '14', '65', '16', '0', '6', '-9'],
      ['trim', '0', `${Math.round(speech.seconds * RATE)}s`],
      ['fade', 't', '0.01', `${speech.seconds}`, '0.12'],
      ['channels', '1'], // the reverb opens up to stereo
      ['gain', '-n', '-1'],
    ]
    await run('sox', ['-D', dry, '-b', '16', '-c', '1', file, ...polish.flat()])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
