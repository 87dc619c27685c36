import { CircleAlert, CircleDashed } from 'lucide-react'
import type { FileReport } from '../../server/packs/pack-report'
import { sayBytes } from '../_editor/stages/say-bytes'
import { ProgressBar } from '../_ui/progress-bar'
import { ProgressRing } from '../_ui/progress-ring'
import { StatusSign } from '../_ui/status-sign'
import type { ReadablePack } from './use-packs'

/** A row per file: what it is for, its licence, its size and how it stands. */
export function PackFiles({ pack }: { pack: ReadablePack }) {
  const needed = pack.files.filter(({ optional }) => !optional)
  const spare = pack.files.length - needed.length
  return (
    <>
      <table className="mt-3 w-full table-fixed text-left">
        <thead className="text-11 text-text-3">
          <tr>
            <th className="py-1.5 font-body">Part</th>
            <th className="w-[25%] py-1.5 font-body max-md:hidden">File</th>
            <th className="w-[21%] py-1.5 font-body max-sm:hidden">Licence</th>
            <th className="w-[78px] py-1.5 text-right font-body">Size</th>
            <th className="w-[132px] py-1.5 text-right font-body">State</th>
          </tr>
        </thead>
        <tbody>
          {needed.map((file) => (
            <tr key={file.name} className="border-line-1 border-t">
              <th scope="row" className="py-2 pr-3 font-strong">
                {partsOf(pack, file).join(', ') || '–'}
              </th>
              <td
                className="truncate py-2 pr-3 font-mono text-11 text-text-2 max-md:hidden"
                title={file.name}
              >
                {file.name.split('/').at(-1)}
              </td>
              <td className="py-2 pr-3 text-11 max-sm:hidden">
                <Licence {...file.licence} />
              </td>
              <td className="py-2 text-right text-text-2 tabular-nums">{saySize(file)}</td>
              <td className="py-2 text-right">
                <FileSign file={file} pack={pack} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {spare > 0 && (
        <p className="border-line-1 border-t py-2 text-11 text-text-3">
          {spare} more published files are listed and not downloaded: nothing here needs them.
        </p>
      )}
    </>
  )
}

const partsOf = (pack: ReadablePack, { name }: FileReport) =>
  pack.roles.filter(({ files, from }) => !from && files.includes(name)).map(({ title }) => title)

const saySize = ({ size, isEstimate }: FileReport) =>
  size === undefined ? 'unknown' : `${isEstimate ? '~' : ''}${sayBytes(size)}`

function Licence({ name, url }: FileReport['licence']) {
  if (!url) return <span className="text-text-2">{name}</span>
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="rounded-1 text-text-2 underline decoration-line-3 underline-offset-2 hover:text-text-1"
    >
      {name}
    </a>
  )
}

function FileSign({ file, pack }: { file: FileReport; pack: ReadablePack }) {
  const { pull } = pack
  const isRunning = pull?.state === 'running'
  if (isRunning && pull.checking.includes(file.name)) {
    return (
      <span className="inline-flex items-center gap-1 text-11 text-accent">
        <ProgressRing size={13} /> checking
      </span>
    )
  }
  const now = pull?.progress?.files[file.name]
  const isOnItsWay = file.state === 'partial' || (file.state === 'missing' && now !== undefined)
  if (isOnItsWay) {
    const bytes = Math.max(file.bytes, now ?? 0)
    const fraction = file.size ? Math.min(1, bytes / file.size) : 0
    return (
      <span className="inline-flex w-full items-center justify-end gap-2">
        <ProgressBar quiet={!isRunning} fraction={fraction} label={file.name} className="w-[72px]" />
        <span className={`w-9 text-11 tabular-nums ${isRunning ? 'text-accent' : 'text-text-2'}`}>
          {Math.floor(fraction * 100)} %
        </span>
      </span>
    )
  }
  switch (file.state) {
    case 'verified':
      return <StatusSign status="done" text="verified" />
    case 'present':
      return <StatusSign status="done" text="here, not checked" className="text-text-2!" />
    case 'wrong':
      return (
        <span className="inline-flex items-center gap-1 text-11 text-err">
          <CircleAlert size={13} strokeWidth={1.75} aria-hidden /> not as listed
        </span>
      )
    default:
      if (pull?.failed.includes(file.name)) return <StatusSign status="failed" text="failed" />
      return isRunning ? (
        <StatusSign status="queued" text="queued" />
      ) : (
        <span className="inline-flex items-center gap-1 text-11 text-text-3">
          <CircleDashed size={13} strokeWidth={1.75} aria-hidden /> missing
        </span>
      )
  }
}
