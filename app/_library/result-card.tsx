import Link from 'next/link'
import { sayLength } from '../_lib/say-time'
import type { LibraryResult } from './library-types'
import { LengthMark, Strip } from './strip'

/** A finished run; opens its workflow. */
export function ResultCard({
  result: { name, line, workflow, picture, seconds, madeBy },
}: {
  result: LibraryResult
}) {
  return (
    <Link href={`/workflows/${workflow}`} className="group block min-w-0 rounded-3">
      <span className="relative block">
        <Strip
          pictures={picture ? [picture] : []}
          className="aspect-[12/11] rounded-3 outline outline-transparent -outline-offset-1 group-hover:outline-line-3"
        />
        {madeBy && (
          <span className="absolute top-1.5 left-1.5 rounded-full bg-black/72 px-2 font-strong text-11 text-white">
            {madeBy}
          </span>
        )}
        {seconds !== undefined && (
          <LengthMark text={sayLength(seconds)} className="absolute right-1.5 bottom-1.5" />
        )}
      </span>
      <span className="mt-1.5 block truncate font-strong text-12">{name}</span>
      <span className="block truncate text-11 text-text-3">{line}</span>
    </Link>
  )
}
