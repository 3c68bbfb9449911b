/** A server that takes a long clip of FILM, to be killed: `capture-worker.ts FOLDER FILM`. */
import { CaptureServer, playing } from './capture-server.ts';

const [folder = '', film = ''] = process.argv.slice(2);
const server = new CaptureServer([film], folder);
await server.start();
const name = film.slice(film.lastIndexOf('/') + 1);
const session = server.play(playing(name, 60, 60)).id;
server.queue.subscribe((event) => {
	if (event.type === 'job' && event.job.step === 'Encoding' && event.job.progress > 0) console.log('encoding');
});
const span = { kind: 'exact', startS: 0, endS: 15 };
await server.json('/api/captures', 'POST', { type: 'clip', session, span, quality: 100 });
// Pending promises alone keep no process alive.
setInterval(() => undefined, 1000);
