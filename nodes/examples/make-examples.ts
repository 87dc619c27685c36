/**
 * Makes the examples that ship with the project: three portraits with their first poses, two speech tracks, and the
 * workflows, which name those files by content and so are written again whenever one of them changes.
 *
 *   npx tsx nodes/examples/make-examples.ts            everything
 *   npx tsx nodes/examples/make-examples.ts mara       one portrait
 *   npx tsx nodes/examples/make-examples.ts speech     the speech tracks only
 *   npx tsx nodes/examples/make-examples.ts workflows  the workflows and the manifest only
 *
 * The portraits need nothing beyond this repository's packages (about a minute each). The speech tracks need the
 * programs `espeak-ng` (1.51) and `sox` (14.4); on Debian: apt-get install espeak-ng sox.
 */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { CANVAS, type Person, personPose } from './figure'
import { PEOPLE } from './people'
import { renderPortrait } from './portrait'
import { makeSpeech, SPEECHES } from './speech'
import { writeWorkflows } from './workflows'

const FOLDER = import.meta.dirname

async function makePortrait(person: Person): Promise<void> {
  const pixels = await renderPortrait(person)
  const file = path.join(FOLDER, `portrait-${person.name}.png`)
  await sharp(pixels, { raw: { width: CANVAS, height: CANVAS, channels: 3 } })
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toFile(file)
  await writeFile(
    path.join(FOLDER, `portrait-${person.name}.pose.json`),
    JSON.stringify(personPose(person)) + '\n',
  )
  console.log(`portrait-${person.name}`)
}

const wanted = process.argv.slice(2)
const known = [...PEOPLE.map((person) => person.name), 'speech', 'workflows']
const stranger = wanted.find((name) => !known.includes(name))
if (stranger)
  throw new Error(`There is no example "${stranger}"; name any of ${known.join(', ')}, or nothing for all.`)
for (const person of PEOPLE) {
  if (wanted.length === 0 || wanted.includes(person.name)) await makePortrait(person)
}
if (wanted.length === 0 || wanted.includes('speech')) {
  for (const speech of SPEECHES) {
    await makeSpeech(speech, path.join(FOLDER, `speech-${speech.name}.wav`))
    console.log(`speech-${speech.name}`)
  }
}
writeWorkflows(FOLDER)
