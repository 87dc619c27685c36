import { classNames } from './class-names'

/** Where content will be, on the first load of a page only. It does not blink. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={classNames('rounded-2 bg-hover', className)} />
}
