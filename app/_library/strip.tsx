import { Workflow } from 'lucide-react'
import { classNames } from '../_ui/class-names'

/** Three moments side by side; one picture fills it alone. The well stays dark in both themes. */
export function Strip({ pictures, className }: { pictures: readonly string[]; className?: string }) {
  return (
    <div className={classNames('flex gap-px overflow-hidden bg-stage', className)}>
      {pictures.length === 0 && (
        <Workflow size={20} strokeWidth={1.5} className="m-auto text-[#8a8a8a]" aria-hidden />
      )}
      {pictures.slice(0, 3).map((picture, at) => (
        // biome-ignore lint/performance/noImgElement: small pictures the studio has made already
        <img
          // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may stand twice
          key={at}
          src={picture}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          // Cut to a wide strip alone, a portrait keeps its head.
          className={classNames(
            'h-full min-w-0 flex-1 object-cover',
            pictures.length === 1 && 'object-[50%_18%]',
          )}
        />
      ))}
    </div>
  )
}

/** A length on a picture, on a scrim of its own. */
export function LengthMark({ text, className }: { text: string; className?: string }) {
  return (
    <span className={classNames('rounded-1 bg-black/72 px-1.5 font-mono text-11 text-white', className)}>
      {text}
    </span>
  )
}
