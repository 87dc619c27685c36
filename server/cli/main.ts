import { CancelledError, StudioError, toErrorJson } from '../../nodes/core/errors'
import { nearest } from '../nearest'
import { audio2vid } from './audio2vid'
import { type Flags, type FlagValues, helpText, readFlags, usageError } from './flags'
import { models } from './models'
import { nodes } from './nodes'
import { pose2vid } from './pose2vid'
import { humanReporter, jsonReporter, type Reporter } from './reporter'
import { run } from './run'
import { studio } from './studio'

/** A command: its flags are data, so `--help` and the parser cannot disagree. */
export interface Command {
  usage: string
  summary: string
  flags: Flags
  /** @returns the exit code, 0 when it says nothing */
  execute(args: CommandInput): Promise<void> | Promise<number>
}

export interface CommandInput {
  values: FlagValues
  positionals: string[]
  reporter: Reporter
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

const COMMANDS: Record<string, Command> = { studio, audio2vid, pose2vid, run, nodes, models }

const overview = () =>
  [
    'mmgt: a portrait and a speech track become a video of that person talking and gesturing',
    '',
    ...Object.values(COMMANDS).map((command) => `  mmgt ${command.usage}\n      ${command.summary}`),
    '',
    'mmgt COMMAND --help lists the flags of a command.',
  ].join('\n')

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled. */
async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv
  let reporter = rest.includes('--json')
    ? jsonReporter()
    : humanReporter({ verbose: rest.includes('--verbose') })
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      process.stdout.write(`${overview()}\n`)
      return name === undefined ? 2 : 0
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (!command) {
      const near = nearest(name, Object.keys(COMMANDS))
      throw usageError(
        `There is no command "${name}".`,
        near ? `Did you mean ${near}?` : 'mmgt --help lists the commands.',
      )
    }
    const { values, positionals } = readFlags(rest, command.flags)
    if (values.help) {
      process.stdout.write(`${helpText(command.usage, command.summary, command.flags)}\n`)
      return 0
    }
    reporter = values.json ? jsonReporter() : humanReporter({ verbose: values.verbose === true })
    return (await command.execute({ values, positionals, reporter, signal: controller.signal })) ?? 0
  } catch (error) {
    if (error instanceof CancelledError) {
      reporter.note('Cancelled. Finished steps are kept: the same command goes on from there.')
      return 130
    }
    reporter.error(toErrorJson(error))
    return error instanceof StudioError && error.code.startsWith('usage/') ? 2 : 1
  }
}

// A reader that stops early (`| head -1`) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
  // Handles of libraries must not keep the command alive; stdout is drained first.
  process.stdout.write('', () => process.exit(code))
})
