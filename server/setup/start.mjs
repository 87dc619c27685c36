/** `npm start`: set-up, then the main job. Until the studio has its own server, that is the shipped example. */
import path from 'node:path'
import { root, setUp } from './project.mjs'

await setUp()
const out = path.join(root, 'out')
process.argv.splice(
  2,
  process.argv.length,
  'run',
  path.join(root, 'nodes/examples/hello.workflow.json'),
  '--out',
  out,
)
process.once('exit', (code) => {
  if (code !== 0) return
  process.stderr.write(
    [
      '',
      'That is the example: an illustrated portrait speaking a sentence. Try next:',
      '  npm run -s mmgt -- audio2vid --gestures procedural --renderer warp \\',
      '    --image_path nodes/examples/portrait-idris.png --audio_path nodes/examples/speech-story.wav --out_dir out',
      '  npm run -s mmgt -- nodes                    every node, its sockets and params',
      '  npm run -s mmgt -- run out/hello.mp4 --out out   the workflow inside a video runs again',
      '',
    ].join('\n'),
  )
})
await import('../../dist/mmgt.js')
