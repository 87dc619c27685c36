import { z } from 'zod'
import { StudioError } from '../../nodes/core/errors'
import { ROLE_NAMES } from '../../nodes/core/pack-roles'

/** Names that Windows keeps for devices, with or without an extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** Ours, beside the files of a pack. */
const OWN_NAMES = new Set(['pack.json', 'state.json', 'pull.lock'])
const OWN_ENDINGS = ['.part', '.part.json', '.tmp']

/**
 * A name below the folder of a pack. Parts of letters, digits and `_ . + -` that begin with a letter, digit or `_`: no
 * system reads such a name as absolute, as a way out, or as a device.
 */
const fileName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name.split('/').every((part) => /^\w[\w.+-]*$/.test(part) && !part.endsWith('.')), {
    error: ({ input }) =>
      `"${String(input).slice(0, 80)}" is not a plain relative name (letters, digits, _ . + -, parts divided by /)`,
  })
  .refine((name) => !name.split('/').some((part) => DEVICE.test(part)), 'it names a device of Windows')
  .refine(
    (name) => !OWN_NAMES.has(name) && !OWN_ENDINGS.some((ending) => name.endsWith(ending)),
    'the studio uses this name itself',
  )

export const packName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a pack is named with small letters, digits, - and _ (at most 63)')
  .refine((name) => !DEVICE.test(name), 'it names a device of Windows')

const licence = z.strictObject({
  name: z.string().min(1).max(200),
  url: z.url({ protocol: /^https$/ }).optional(),
})

/** A file of a repository of the hub. There are no other sources: no manifest can make the studio fetch an address. */
const source = z.strictObject({
  repo: z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/, 'a repository is written owner/name'),
  revision: z
    .string()
    .regex(/^\w[\w.-]{0,99}$/)
    .default('main'),
  path: fileName,
})

const packFile = z.strictObject({
  /** Bytes. */
  size: z.int().positive().optional(),
  /** Bytes, roughly, where nobody has stated the size: for display only. */
  sizeEstimate: z.int().positive().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  source: source.optional(),
  /** Where it differs from that of the pack. */
  licence: licence.optional(),
  /** Why nobody needs this file; it is downloaded only when asked for. */
  optional: z.string().min(1).max(300).optional(),
})

const packRole = z.strictObject({
  /** Names of `files`. */
  files: z.array(fileName).min(1).max(20),
  /** Of the role's tensors in a file that holds several networks. */
  prefix: z.string().max(100).optional(),
  /** Sizes of the network; without it, those of the published one. */
  config: z.record(z.string(), z.json()).optional(),
})

const packSchema = z.strictObject({
  format: z.literal('mmgt-pack/1'),
  name: packName,
  version: z.string().regex(/^\w[\w.+-]{0,39}$/),
  title: z.string().max(200).optional(),
  summary: z.string().max(500).optional(),
  /** Another pack that gives the roles this one lacks. */
  base: packName.optional(),
  licence,
  /** Of the stored weights; `mixed` where each tensor has its own. */
  dtype: z.enum(['float32', 'float16', 'bfloat16', 'mixed']),
  files: z.record(fileName, packFile),
  roles: z.partialRecord(z.enum(ROLE_NAMES), packRole),
})

export type Pack = z.infer<typeof packSchema>
export type PackFile = Pack['files'][string]
export type PackSource = NonNullable<PackFile['source']>

const MAX_CHARACTERS = 1_000_000
const MAX_FILES = 200

/**
 * Reads the text of a `pack.json`.
 *
 * @param where how the message names the file
 * @throws StudioError `pack/unreadable` with the path of the wrong field
 */
export function parsePack(text: string, where: string): Pack {
  if (text.length > MAX_CHARACTERS)
    throw unreadable(where, `it has ${text.length} characters, ${MAX_CHARACTERS} at most are read`)
  const parsed = packSchema.safeParse(parseJson(text, where))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const at = issue.path.length > 0 ? `${issue.path.map(String).join('.').slice(0, 200)}: ` : ''
    throw unreadable(where, `${at}${issue.message.slice(0, 300)}`)
  }
  const problem = contradiction(parsed.data)
  if (problem) throw unreadable(where, problem)
  return parsed.data
}

function parseJson(text: string, where: string): unknown {
  let forbidden: string | undefined
  let value: unknown
  try {
    value = JSON.parse(text, (key, inner) => {
      if (key === '__proto__') forbidden = key
      return inner
    })
  } catch (error) {
    throw unreadable(where, `it is not JSON (${(error as Error).message.split('\n')[0].slice(0, 200)})`)
  }
  if (forbidden) throw unreadable(where, `"${forbidden}" cannot be a name in it`)
  return value
}

/** What the schema of each field cannot see. */
function contradiction(pack: Pack): string | undefined {
  const names = Object.keys(pack.files)
  if (names.length > MAX_FILES) return `it lists ${names.length} files, ${MAX_FILES} at most are read`
  if (pack.base === pack.name) return 'base: a pack cannot be its own base'
  const folded = new Map<string, string>()
  for (const name of names) {
    const twin = folded.get(name.toLowerCase())
    if (twin) return `files: "${twin}" and "${name}" are one file where case does not count`
    folded.set(name.toLowerCase(), name)
  }
  for (const name of names) {
    const parts = name.toLowerCase().split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      const above = folded.get(parts.slice(0, depth).join('/'))
      if (above) return `files: "${above}" is a file, and "${name}" lies in it`
    }
  }
  for (const [role, { files }] of Object.entries(pack.roles)) {
    const unknown = files.find((name) => !Object.hasOwn(pack.files, name))
    if (unknown) return `roles.${role}: "${unknown}" is not among its files`
  }
  return undefined
}

const unreadable = (where: string, problem: string) =>
  new StudioError('pack/unreadable', `${where} is not a pack manifest: ${problem}.`, {
    hint: 'The format is described in the README under "Model packs".',
  })

/** Whose licence a file is under. */
export const licenceOf = (pack: Pack, file: string) => pack.files[file].licence ?? pack.licence

/** Bytes of a file as far as anybody knows. */
export const sizeOf = (file: PackFile): number | undefined => file.size ?? file.sizeEstimate
