'use client'
import dynamic from 'next/dynamic'
import { Opening } from './opening'

/** The editor runs in the browser only: nothing of it can be drawn before the document is open. */
export const EditorEntry = dynamic(() => import('./editor-page').then(({ EditorPage }) => EditorPage), {
  ssr: false,
  loading: () => <Opening />,
})
