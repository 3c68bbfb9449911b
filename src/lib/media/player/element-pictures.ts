/**
 * Calls `onPicture` with the media time of each picture that the element presents; gives what ends it. Browsers without
 * `requestVideoFrameCallback` are asked for their clock at each repaint instead: close, but not certain.
 */
export function watchPictures(video: HTMLVideoElement, onPicture: (elementS: number) => void): () => void {
	let ended = false;
	if (!tellsPictures(video)) {
		const look = (): void => {
			if (ended) return;
			onPicture(video.currentTime);
			requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
		return () => {
			ended = true;
		};
	}
	let callback = 0;
	const wait = (): void => {
		callback = video.requestVideoFrameCallback((_now, { mediaTime }) => {
			if (ended) return;
			wait();
			onPicture(mediaTime);
		});
	};
	wait();
	return () => {
		ended = true;
		video.cancelVideoFrameCallback(callback);
	};
}

/** The DOM's types promise it; Firefox before 132 does not have it. */
const tellsPictures = (video: HTMLVideoElement): boolean => 'requestVideoFrameCallback' in video;
