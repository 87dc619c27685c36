import { closeSync, copyFileSync, openSync, statSync, truncateSync, writeSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../models/weights/open-checkpoint'
import { ROLES, type Role } from '../../nodes/core/pack-roles'
import { bothStages, syllables, tiny } from '../support/both-stages'
import { tempFolder } from '../support/engine'

interface Failure {
  code: string
  message: string
  hint: string
}

/** What comes of a pack in which one role has a copy of its file that was changed. */
async function failure(role: Role, change: (file: string) => unknown): Promise<Failure> {
  const network = tiny[role]!
  const file = path.join(tempFolder(), `own-${path.basename(network.files[0])}`)
  copyFileSync(network.files[0], file)
  await change(file)
  const networks = { ...tiny, [role]: { ...network, id: file, files: [file] } }
  try {
    const { video } = await bothStages(syllables(0.2), { networks })
    await video.chunk(0)
  } catch (error) {
    return error as Failure
  }
  throw new Error('It worked.')
}

async function makeNaN(file: string, isMeant: (name: string) => boolean): Promise<void> {
  const checkpoint = await openCheckpoint(file)
  const descriptor = openSync(file, 'r+')
  for (const [name, { offset, bytes }] of checkpoint.tensors)
    if (isMeant(name)) writeSync(descriptor, new Uint8Array(bytes).fill(0xff), 0, bytes, offset)
  closeSync(descriptor)
  checkpoint.close()
}

const NOT_NUMBERS = /values that are not numbers\.$/

describe.each<Role>([
  'smga',
  'wavlm',
  'wav2vec2',
  'vae',
  'image-encoder',
  'reference-unet',
  'denoising-unet',
  'pose-guider',
  'audio-projection',
])('the checkpoint of %s is refused in one sentence with its part and file', (role) => {
  const { title } = ROLES[role]

  it('when it was cut off', async () => {
    const { code, message, hint } = await failure(role, (file) =>
      truncateSync(file, statSync(file).size >> 1),
    )
    expect(message).toMatch(new RegExp(`^${escaped(title)}: own-[^:]+: .+\\.$`))
    expect(code).toBe('weights/damaged')
    expect(hint).toContain('download it again')
  })

  it('when it is another network’s', async () => {
    const other = tiny[role === 'smga' ? 'wavlm' : 'smga']!.files[0]
    const { code, message } = await failure(role, (file) => copyFileSync(other, file))
    expect(message).toMatch(new RegExp(`^${escaped(title)}: own-[^:]+.* has no tensor .+\\.$`))
    expect(code).toBe('weights/missing')
  })

  it('when its numbers are none', async () => {
    const prefix = tiny[role]!.prefix ?? ''
    const { message, hint } = await failure(role, (file) => makeNaN(file, (name) => name.startsWith(prefix)))
    expect(message).toMatch(NOT_NUMBERS)
    expect(hint).toContain('mmgt models verify')
  })
})

it('a decoder whose numbers are none gives no black video', async () => {
  const { message } = await failure('vae', (file) => makeNaN(file, (name) => name.startsWith('decoder.')))
  expect(message).toBe('The picture decoder gives values that are not numbers.')
})

function escaped(text: string): string {
  return text.replaceAll(/[()]/g, '\\$&')
}
