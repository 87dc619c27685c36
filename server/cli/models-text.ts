import type { FileReport, PackEntry, PackReport } from '../packs/pack-report'
import type { PlannedFile, PullEvent } from '../packs/pull'
import type { VerifyEvent } from '../packs/verify'
import { sayBytes } from '../say-bytes'

/** `mmgt models list`: a line per pack. */
export function listText(entries: PackEntry[]): string {
  const lines = entries.map((entry) => {
    if ('problem' in entry) return `${entry.name.padEnd(20)} cannot be read: ${entry.problem.message}`
    const { name, version, state, bytes, summary } = entry
    return `${name.padEnd(20)} ${version.padEnd(8)} ${state.padEnd(10)} ${sayBytes(bytes)} of ${totalText(entry)}  ${summary}`
  })
  return `${lines.join('\n')}\n\nmmgt models list PACK shows its parts; mmgt models pull PACK downloads it.\n`
}

/** `mmgt models list PACK`: its parts, files and licences. */
export function packText(report: PackReport): string {
  const roles = report.roles.map(
    ({ role, title, state, usedBy, from }) =>
      `  ${role.padEnd(18)} ${state.padEnd(10)} ${title.padEnd(28)} for ${usedBy.join(', ')}${from ? `, from ${from}` : ''}`,
  )
  const needed = report.files.filter(({ optional }) => optional === undefined)
  const spare = report.files.filter(({ optional }) => optional !== undefined)
  return [
    `${report.name} ${report.version}, ${report.state}: ${sayBytes(report.bytes)} of ${totalText(report)}`,
    report.summary,
    ...(report.folder ? [`Used where it lies: ${report.folder}`] : []),
    ...(report.base ? [`Parts it lacks come from ${report.base}.`] : []),
    '',
    'parts',
    ...roles,
    '',
    'files',
    ...needed.map(fileLine),
    ...(spare.length > 0 ? ['', 'files that nothing here needs (pull --all)'] : []),
    ...spare.map((file) => `${fileLine(file)}\n${' '.repeat(13)}${file.optional}`),
    '',
  ].join('\n')
}

const fileLine = (file: FileReport) =>
  `  ${file.state.padEnd(10)} ${file.name}  ${sizeText(file)}; licence: ${licenceText(file.licence)}`

const sizeText = ({ size, isEstimate }: FileReport) =>
  size === undefined ? 'size unknown' : `${isEstimate ? '~' : ''}${sayBytes(size)}`

const totalText = ({ totalBytes, unknownSizes }: PackReport) =>
  `${sayBytes(totalBytes)}${unknownSizes > 0 ? ` and ${unknownSizes} of unknown size` : ''}`

const licenceText = ({ name, url }: PlannedFile['licence']) => (url ? `${name} (${url})` : name)

/** The line that a pull or a check prints for an event; undefined where a bar says it. */
export function eventLine(event: PullEvent | VerifyEvent): string | undefined {
  switch (event.type) {
    case 'pull.planned': {
      const files = event.files.map(
        ({ name, size, have, licence }) =>
          `  get     ${name}  ${size === undefined ? 'size unknown' : sayBytes(size)}${have > 0 ? `, ${sayBytes(have)} are here` : ''}; licence: ${licenceText(licence)}`,
      )
      if (files.length === 0) return undefined
      return [
        ...files,
        `${sayBytes(event.bytes)} to download, ${sayBytes(event.freeBytes)} free on the disk.`,
      ].join('\n')
    }
    case 'file.waited':
      return `  waits   ${event.file} ${event.seconds} s: ${event.reason}`
    case 'file.verified':
      return `  ok      ${event.file}`
    case 'file.wrong':
      return `  wrong   ${event.file}: ${event.message}`
    case 'file.absent':
      return `  absent  ${event.file}`
    case 'file.failed':
      return `  failed  ${event.file}: ${event.error.message}`
    case 'pull.finished':
      return event.files === 0
        ? `${event.pack} is complete.`
        : `${event.pack} is complete: ${sayBytes(event.bytes)} in ${Math.round(event.seconds)} s.`
    case 'file.downloaded':
      return `  check   ${event.file}`
    case 'pull.progressed':
      return undefined
  }
}
