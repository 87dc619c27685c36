import {
  Activity,
  AudioLines,
  Blend,
  Brush,
  Clapperboard,
  Columns2,
  Combine,
  FileVideo,
  Film,
  FoldHorizontal,
  Gauge,
  Hand,
  Image,
  Layers,
  ListVideo,
  type LucideIcon,
  Mic,
  PencilLine,
  PersonStanding,
  PuzzleIcon,
  Rows3,
  Ruler,
  ScanFace,
  Scissors,
  Spline,
  Timer,
  UserCheck,
  Waves,
} from 'lucide-react'

/** Pictures of node types; a type without one of its own has that of its category. */
const OF_TYPE: Record<string, LucideIcon> = {
  'input/image': Image,
  'input/audio': Mic,
  'input/pose': PersonStanding,
  'input/video': Film,
  'audio/encoder': Rows3,
  'audio/trim': Scissors,
  'pose/procedural': Hand,
  'pose/editor': PersonStanding,
  'pose/blend': Blend,
  'pose/retarget': FoldHorizontal,
  'pose/smooth': Spline,
  'pose/slice': Scissors,
  'pose/resample': Timer,
  'pose/detect': ScanFace,
  'pose/draw': PencilLine,
  'mask/motion': Layers,
  'mask/editor': Brush,
  'mask/combine': Combine,
  'mask/from-video': ListVideo,
  'mask/to-video': Film,
  'control/review': UserCheck,
  'render/warp': Waves,
  'video/compare': Columns2,
  'video/metrics': Ruler,
  'output/video': FileVideo,
}

const OF_CATEGORY: Record<string, LucideIcon> = {
  input: Image,
  audio: AudioLines,
  pose: PersonStanding,
  mask: Layers,
  render: Clapperboard,
  diffusion: Clapperboard,
  video: Film,
  output: FileVideo,
  control: Gauge,
  detect: ScanFace,
  signal: Activity,
}

export const nodeIcon = (type: string): LucideIcon =>
  OF_TYPE[type] ?? OF_CATEGORY[type.split('/')[0]] ?? PuzzleIcon

/** Headings of categories, in the order of the work. */
export const CATEGORIES: Record<string, string> = {
  input: 'Input',
  audio: 'Audio',
  pose: 'Pose',
  mask: 'Mask',
  render: 'Render',
  diffusion: 'Diffusion',
  video: 'Video',
  output: 'Output',
  control: 'Control',
}

export const categoryTitle = (category: string): string =>
  CATEGORIES[category] ?? category.charAt(0).toUpperCase() + category.slice(1)
