'use client'
import { useEffect, useState } from 'react'
import { Logo } from '../_ui/logo'
import { ProgressRing } from '../_ui/progress-ring'

/** The frame of the editor without anything in it; a ring when it takes long enough to be noticed. */
export function Opening() {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="flex h-dvh flex-col bg-canvas">
      <div className="flex h-(--bar-h) flex-none items-center border-line-1 border-b bg-panel px-2">
        <Logo />
      </div>
      <div className="grid flex-1 place-items-center" role="status">
        {late && <ProgressRing size={20} label="Opening the workflow" />}
      </div>
    </div>
  )
}
