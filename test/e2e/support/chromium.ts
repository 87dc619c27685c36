import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const PLACES = [
  process.env.CHROME_BIN,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

const installed = () => PLACES.find((place) => place && existsSync(place))

/** A Chromium or Chrome of this machine; on Debian, as root, its own package is installed. */
function findChromium(): string | undefined {
  const found = installed()
  if (found || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return found
  try {
    process.stderr.write('Installing Chromium for the browser tests (once)…\n')
    execFileSync('apt-get', ['install', '-y', 'chromium'], { stdio: 'ignore' })
  } catch {
    return undefined // the line below says what is missing
  }
  return installed()
}

export const chromiumPath = findChromium()

if (!chromiumPath) {
  process.stderr.write(
    'Browser tests are skipped: no Chromium or Chrome was found. Install one (apt install chromium), or name it in CHROME_BIN.\n',
  )
}

/** A browser without a window that asks nothing of the network by itself. */
export const QUIET_FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
