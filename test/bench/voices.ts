import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readPcm16 } from '../support/read-pcm16'
import type { Clip } from './gestures'

const ENGLISH =
  'When I was a child, my grandmother kept a small garden behind the house. Every morning she walked out with a ' +
  'basket, and every morning I asked the same question: what are we looking for today? She never gave me the same ' +
  'answer twice. Once it was a red stone, once a feather, and once, in the middle of winter, a single green leaf.'

/** Voices of eSpeak NG; at their usual speed these texts last 14 to 28 s. */
const SPOKEN: { name: string; voice: string; text: string }[] = [
  { name: 'English, male', voice: 'en-us+m3', text: ENGLISH },
  {
    name: 'English, female',
    voice: 'en-gb+f3',
    text:
      'The first thing to know about this machine is that it listens. It does not understand a word you say, but it ' +
      'hears when you lean on one of them, and when you stop to breathe. Try it. Say something long, then something ' +
      'short. Then wait, and look at what the hands are doing.',
  },
  {
    name: 'German',
    voice: 'de',
    text:
      'Guten Abend, meine Damen und Herren. Heute sprechen wir über etwas ganz Einfaches: wie Menschen mit den ' +
      'Händen reden. Niemand denkt darüber nach, und doch tun es alle. Wer wütend ist, schlägt auf den Tisch; wer ' +
      'unsicher ist, hält sich fest. Und wer wirklich etwas sagen will, der hebt die Hand.',
  },
  {
    name: 'Mandarin',
    voice: 'cmn',
    text: '大家好，欢迎来到今天的节目。我们先来听一段声音，然后看看手是怎么动的。有些人说话的时候喜欢比划，有些人却一动不动。',
  },
  {
    name: 'Spanish',
    voice: 'es',
    text:
      'Buenos días a todos, y gracias por venir. Quiero contarles una historia muy corta. Un hombre camina por la ' +
      'playa, encuentra una botella y la abre. Dentro no hay ningún mensaje, solo arena. ¿Qué hace entonces? La ' +
      'cierra con cuidado, la devuelve al mar y sigue caminando.',
  },
]

/** One clip a voice, and the first one again with 2 s and 4 s of silence in it. None where eSpeak NG is not installed. */
export function spokenClips(): Clip[] {
  if (spawnSync('espeak-ng', ['--version']).status !== 0) return []
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-voices-'))
  const clips = SPOKEN.map(({ name, voice, text }): Clip => {
    const file = path.join(folder, 'voice.wav')
    const { status, stderr } = spawnSync('espeak-ng', ['-v', voice, '-s', '160', '-w', file, text])
    if (status !== 0) throw new Error(`espeak-ng does not speak ${voice}: ${stderr}`)
    return { name, ...readPcm16(file) }
  })
  rmSync(folder, { recursive: true, force: true })
  return [...clips, withPauses(clips[0])]
}

function withPauses({ samples, sampleRate }: Clip): Clip {
  const third = Math.floor(samples.length / 3)
  const longer = new Float32Array(samples.length + 6 * sampleRate)
  longer.set(samples.subarray(0, third))
  longer.set(samples.subarray(third, 2 * third), third + 2 * sampleRate)
  longer.set(samples.subarray(2 * third), 2 * third + 6 * sampleRate)
  return { name: 'English, male, with pauses', samples: longer, sampleRate }
}
