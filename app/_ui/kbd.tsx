import { classNames } from './class-names'

/** A shortcut as keys: `<Kbd keys="Ctrl K" />`. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <kbd
      className={classNames(
        'inline-block h-4 min-w-4 rounded-1 bg-active px-1 text-center font-mono text-10 leading-4 text-text-2',
        className,
      )}
    >
      {keys}
    </kbd>
  )
}
