import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import { ROLE_NAMES, type Role } from '../../nodes/core/pack-roles'
import { nearest } from '../nearest'
import { addFiles } from '../packs/add-files'
import { hashOnThread } from '../packs/hash-file'
import { reportAll, reportPack } from '../packs/pack-report'
import { OFFICIAL, type PackStore } from '../packs/pack-store'
import { verifyPack } from '../packs/verify'
import { sayBytes } from '../say-bytes'
import { openDataFolder } from '../storage/data-folder'
import { usageError } from './flags'
import type { Command, CommandInput } from './main'
import { listText, packText } from './models-text'
import { projectRoot } from './session'

const ACTIONS: Record<
  string,
  (input: CommandInput, store: PackStore, given: string | undefined) => Promise<void>
> = {
  list,
  pull,
  verify,
  add,
  remove,
}

export const models: Command = {
  usage: 'models list [PACK] | pull [PACK] | verify [PACK] | add PATH | remove PACK',
  summary: `Model packs: what is here, download (default: ${OFFICIAL}), check, use files of your own, forget.`,
  flags: {
    role: {
      type: 'string',
      multiple: true,
      value: 'ROLE',
      help: 'pull: only this part (repeatable); add: what a single file is for (repeatable)',
    },
    all: { type: 'boolean', help: 'pull: also files that nothing here needs' },
    name: { type: 'string', value: 'NAME', help: 'add: what to call the pack' },
    base: {
      type: 'string',
      value: 'PACK',
      help: `add: where a single file's other parts come from (default ${OFFICIAL})`,
    },
  },
  async execute(input) {
    const [action, given, ...more] = input.positionals
    if (action === undefined) throw usageError('models needs one of list, pull, verify, add, remove.')
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
    if (!act) {
      const near = nearest(action, Object.keys(ACTIONS))
      throw usageError(
        `models cannot "${action}".`,
        near ? `Did you mean ${near}?` : 'It can list, pull, verify, add and remove.',
      )
    }
    if (more.length > 0) throw usageError(`models ${action} takes one name; ${more.length + 1} were given.`)
    const data = path.resolve((input.values.data as string | undefined) ?? path.join(projectRoot, 'data'))
    await act(input, openDataFolder(data).packs, given)
  },
}

async function list({ values }: CommandInput, store: PackStore, given: string | undefined): Promise<void> {
  const entries = given === undefined ? reportAll(store) : [reportPack(store, store.get(given))]
  if (values.json) {
    for (const entry of entries) print({ type: 'pack.listed', ...entry })
    return
  }
  const [only] = entries
  process.stdout.write(given !== undefined && !('problem' in only) ? packText(only) : listText(entries))
}

async function pull(input: CommandInput, store: PackStore, given = OFFICIAL): Promise<void> {
  const { values, reporter, signal } = input
  const roles = rolesOf(values.role)
  const missing = roles?.filter((role) => !store.get(given).pack.roles[role])
  if (missing?.length)
    throw usageError(
      `The pack ${given} has no part ${missing.join(', ')}.`,
      `mmgt models list ${given} shows its parts.`,
    )
  const [{ hubFromEnvironment }, { pullPack }] = await Promise.all([
    import('../packs/hub'), // its HTTP client would slow the start of every command
    import('../packs/pull'),
  ])
  const hub = hubFromEnvironment()
  try {
    const onEvent = (event: Parameters<typeof reporter.event>[0]) => reporter.event(event)
    await pullPack({ store, hub, hash: hashHere }, given, {
      roles,
      all: values.all === true,
      signal,
      onEvent,
    })
  } finally {
    await hub.close()
  }
}

async function verify(
  { reporter, signal }: CommandInput,
  store: PackStore,
  given: string | undefined,
): Promise<void> {
  const names = given === undefined ? store.names() : [given]
  let wrong = 0
  for (const name of names) {
    wrong += await verifyPack({ store, hash: hashHere }, name, {
      signal,
      onEvent: (event) => reporter.event(event),
    })
  }
  if (wrong === 0) return
  throw new StudioError(
    'pack/wrong-hash',
    `${wrong} ${wrong === 1 ? 'file is' : 'files are'} not what the pack lists.`,
    {
      hint: 'mmgt models pull PACK replaces what was downloaded; files of your own are never touched.',
    },
  )
}

async function add(
  { values, reporter }: CommandInput,
  store: PackStore,
  given: string | undefined,
): Promise<void> {
  if (given === undefined) throw usageError('models add needs the path of a folder or a file.')
  const added = addFiles(store, given, {
    name: values.name as string | undefined,
    base: values.base as string | undefined,
    roles: rolesOf(values.role),
  })
  if (values.json) return print({ type: 'pack.added', ...added })
  const { files } = reportPack(store, store.get(added.pack))
  const here = files.filter(({ name, state }) => added.files.includes(name) && state !== 'missing')
  reporter.note(
    `Added to ${added.pack}; ${here.length} of ${added.files.length} files are used where they are:`,
  )
  for (const { name, path: place } of here) reporter.note(`  ${name}  ${place}`)
  if (here.length < added.files.length) reporter.note(`mmgt models pull ${added.pack} gets the others.`)
}

async function remove(
  { values, reporter }: CommandInput,
  store: PackStore,
  given: string | undefined,
): Promise<void> {
  if (given === undefined) throw usageError('models remove needs the name of a pack.')
  const { freedBytes } = await store.remove(given)
  if (values.json) return print({ type: 'pack.removed', pack: given, freedBytes })
  reporter.note(
    `${given} is removed, ${sayBytes(freedBytes)} are free again. Files of your own were not touched.`,
  )
}

/** The bundles lie side by side. */
const hashHere = hashOnThread(path.join(import.meta.dirname, 'hash.js'))

const print = (value: unknown) => void process.stdout.write(`${JSON.stringify(value)}\n`)

function rolesOf(given: CommandInput['values'][string]): Role[] | undefined {
  if (given === undefined) return undefined
  return (given as string[]).map((name) => {
    const role = ROLE_NAMES.find((known) => known === name)
    if (role) return role
    const near = nearest(name, ROLE_NAMES)
    throw usageError(
      `There is no role "${name}".`,
      near ? `Did you mean ${near}?` : `There are ${ROLE_NAMES.join(', ')}.`,
    )
  })
}
