#!/bin/sh
# An ffmpeg that lists h264_nvenc whatever it was built with, and does as FAKE_MODE says when it is asked to encode with it:
# fail, hang, crash, garbage, green or software. Everything else is done by the real one, at FAKE_REAL.
case " $* " in
*" -encoders "*)
	"$FAKE_REAL" "$@"
	echo " V....D h264_nvenc           NVIDIA NVENC H.264 encoder (codec h264)"
	exit 0
	;;
*" h264_nvenc "*)
	for last in "$@"; do :; done
	case "$FAKE_MODE" in
	fail)
		echo "[h264_nvenc @ 0x1] Cannot load libcuda.so.1" >&2
		exit 1
		;;
	hang)
		trap '' TERM
		sleep 1000 &
		while :; do wait; done
		;;
	crash) kill -SEGV $$ ;;
	garbage)
		echo "this is no film" >"${last#file:}"
		exit 0
		;;
	software)
		# As if there were a device: the processor does the work.
		n=$#
		while [ "$n" -gt 0 ]; do
			argument=$1
			shift
			n=$((n - 1))
			case "$argument" in
			h264_nvenc) set -- "$@" libx264 ;;
			-preset | -tune | -spatial-aq | -rc | -cq)
				shift
				n=$((n - 1))
				;;
			*) set -- "$@" "$argument" ;;
			esac
		done
		;;
	green)
		exec "$FAKE_REAL" -v error -y -f lavfi -i color=green:s=640x360:r=30:d=1 -frames:v 10 -f mp4 "$last"
		;;
	esac
	;;
esac
exec "$FAKE_REAL" "$@"
