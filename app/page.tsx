import { Suspense } from 'react'
import { Library } from './_library/library'

export default function LibraryPage() {
  return (
    <Suspense>
      <Library />
    </Suspense>
  )
}
