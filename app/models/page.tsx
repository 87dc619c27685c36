import type { Metadata } from 'next'
import { Models } from '../_models/models'

export const metadata: Metadata = { title: 'Models' }

export default function ModelsPage() {
  return <Models />
}
