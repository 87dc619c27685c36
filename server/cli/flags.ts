import { parseArgs } from 'node:util'
import { DEVICE_CHOICES, type DeviceChoice } from '../../nodes/core/devices'
import { StudioError } from '../../nodes/core/errors'
import { nearest } from '../nearest'

/** One flag of a command: how it is written, what it takes, and the line that `--help` prints. */
export interface Flag {
  type: 'string' | 'boolean'
  short?: string
  multiple?: boolean
  /** Placeholder for the value in the help text. */
  value?: string
  /** The value may be left out, and is then empty; what follows is it when it looks like this. */
  bare?: RegExp
  help: string
}

export type Flags = Record<string, Flag>
export type FlagValues = Record<string, string | boolean | string[] | undefined>

export const usageError = (message: string, hint?: string) =>
  new StudioError('usage/wrong', message, { hint })

/** Flags every command knows. */
export const COMMON_FLAGS: Flags = {
  json: { type: 'boolean', help: 'one JSON event a line on stdout' },
  data: { type: 'string', value: 'DIR', help: 'data folder (default: data/ in the project)' },
  verbose: { type: 'boolean', help: 'show stack traces of unexpected failures; of the studio, each request' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
}

/** @throws StudioError `usage/…` for an unknown flag or a missing value, naming the nearest known flag */
export function readFlags(args: string[], flags: Flags): { values: FlagValues; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...flags, ...COMMON_FLAGS }).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short ? { short } : {}), multiple: multiple ?? false },
    ]),
  )
  try {
    return parseArgs({
      args: withEmptyValues(args, flags),
      options,
      allowPositionals: true,
      strict: true,
    }) as {
      values: FlagValues
      positionals: string[]
    }
  } catch (error) {
    const unknown = /Unknown option '([^']+)'/.exec(String(error))?.[1]
    if (unknown) {
      const near = nearest(unknown.replace(/^-+/, ''), Object.keys(options))
      throw usageError(
        `There is no flag ${unknown}.`,
        near ? `Did you mean --${near}?` : 'Add --help to see the flags.',
      )
    }
    throw usageError(
      `${(error as Error).message.split('\n')[0].replace(/\.$/, '')}.`,
      'Add --help to see the flags.',
    )
  }
}

function withEmptyValues(args: string[], flags: Flags): string[] {
  return args.map((arg, i) => {
    const bare = arg.startsWith('--') ? flags[arg.slice(2)]?.bare : undefined
    return bare && !bare.test(args[i + 1] ?? '') ? `${arg}=` : arg
  })
}

/** Of commands that compute. */
export const DEVICE_FLAG: Flags = {
  device: {
    type: 'string',
    value: 'NAME',
    help: 'where networks run: cuda, webgpu or cpu (default: the fastest that is there)',
  },
}

/** @throws StudioError `usage/wrong` */
export const deviceFlag = (values: FlagValues): DeviceChoice =>
  choiceFlag(values, 'device', [...DEVICE_CHOICES], 'auto') as DeviceChoice

/** @throws StudioError `usage/wrong` when the flag is absent */
export function required(values: FlagValues, name: string): string {
  const value = values[name]
  if (typeof value !== 'string' || value === '')
    throw usageError(`--${name} is needed.`, 'Add --help to see the flags.')
  return value
}

/** A number within a range, or the default. @throws StudioError `usage/wrong` */
export function numberFlag(
  values: FlagValues,
  name: string,
  opts: { min: number; max: number; integer?: boolean; fallback?: number },
): number | undefined {
  const text = values[name]
  if (text === undefined) return opts.fallback
  const value = Number(text)
  const label = name.length === 1 ? `-${name}` : `--${name}`
  if (
    text === '' ||
    !Number.isFinite(value) ||
    (opts.integer && !Number.isInteger(value)) ||
    value < opts.min ||
    value > opts.max
  ) {
    const kind = opts.integer ? 'a whole number' : 'a number'
    throw usageError(`${label} is "${text}"; ${kind} from ${opts.min} to ${opts.max} is needed.`)
  }
  return value
}

/** One of a few words. @throws StudioError `usage/wrong` */
export function choiceFlag(values: FlagValues, name: string, choices: string[], fallback: string): string {
  const value = values[name] ?? fallback
  if (typeof value !== 'string' || !choices.includes(value)) {
    throw usageError(`--${name} is "${value}"; it can be ${choices.join(' or ')}.`)
  }
  return value
}

export function helpText(usage: string, summary: string, flags: Flags): string {
  const lines = Object.entries({ ...flags, ...COMMON_FLAGS }).map(([name, flag]) => {
    const long = name.length === 1 ? `-${name}` : `${flag.short ? `-${flag.short}, ` : ''}--${name}`
    return `  ${`${long}${flag.value ? ` ${flag.value}` : ''}`.padEnd(30)} ${flag.help}`
  })
  return [`mmgt ${usage}`, '', summary, '', ...lines].join('\n')
}
