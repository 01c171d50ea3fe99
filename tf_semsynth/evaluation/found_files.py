"""The files of a request, paired and looked at before the slow work."""

from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.pictures import FilePictures, ReducedPictures


class FoundFiles:
    """Pictures, labels and photos that fit together.

    Args:
        request: `Request`.

    Attributes:
        pictures: `FilePictures`, of one size.
        labels: `FilePictures` or None.
        label_size: (width, height) of all labels, or None where they differ
            or there are none.
        photos: `FilePictures` of the reference, or None.
        own: `FilePictures` of the layouts' own photos, or None where one is
            missing.

    Raises:
        ValueError: Something is missing, has no partner, or is of a wrong
            kind, size or shape.
    """

    def __init__(self, request):
        self._protocol = protocol = request.protocol
        self._max_pixels = request.max_pixels
        self._ratio = None
        if protocol.keeps_ratio and request.judge is not None:
            self._ratio = request.judge.working_size
        if request.labels is not None:
            picture_files.check_pairs(request.images, request.labels)
        size = picture_files.check_files(
            request.images.values(),
            "picture",
            picture_files.PICTURE_MODES,
            self._ratio,
            max_pixels=request.max_pixels,
        )
        self.pictures = FilePictures(request.images, size)
        self.labels = self.label_size = self.photos = self.own = None
        if request.labels is not None:
            self.label_size = picture_files.check_files(
                request.labels.values(),
                "label",
                picture_files.LABEL_MODES,
                self._ratio,
                one_size=protocol.labels_at == "file",
                max_pixels=request.max_pixels,
            )
            self.labels = FilePictures(request.labels, self.label_size)
        if request.reference is not None:
            self.photos = self._check_photos(request.reference)
        own = request.own_photos or request.reference
        if own is not None and request.images.keys() <= own.keys():
            self.own = self._check_photos({k: own[k] for k in request.images})
        self._refuse_what_is_missing(request)

    def reference_pictures(self):
        """The photos as the protocol hands them to the feature network."""
        size = self.pictures.size
        if self._protocol.reference_at == "file" or self.photos.size == size:
            return self.photos
        return ReducedPictures(self.photos.paths, size)

    def _check_photos(self, paths):
        modes = picture_files.PICTURE_MODES
        if not self._protocol.keeps_ratio:
            modes = (*modes, "L")  # Grey photos of ADE20K and COCO.
        size = picture_files.check_files(
            paths.values(),
            "photo",
            modes,
            self._ratio,
            one_size=False,
            max_pixels=self._max_pixels,
        )
        return FilePictures(paths, size)

    def _refuse_what_is_missing(self, request):
        if request.needs("judge") and self.labels is None:
            raise ValueError(
                "The judge's scores need the layouts: name the folder of "
                "label files with --labels."
            )
        if request.needs("photos", "lpips") and self.own is None:
            raise ValueError(
                "psnr, ssim, ms_ssim and lpips compare each picture with its "
                "layout's own photo, of the same name: --reference has none "
                "for some of the pictures."
            )
        if request.needs("samples") and not request.samples:
            raise ValueError(
                "lpips_diversity compares several pictures of one layout, "
                "which a system makes from noise: evaluate a work directory "
                "(--workdir) of one that draws noise."
            )
        if not request.needs("features", "inception"):
            return
        if self.photos is None:
            raise ValueError(
                "The distances need real photos: name their folder with "
                "--reference."
            )
        for flag, found in (
            ("--images", self.pictures),
            ("--reference", self.photos),
        ):
            if len(found.keys) < 2:
                raise ValueError(
                    f"{flag} holds {len(found.keys)} file: a distance between "
                    "two sets needs at least 2 on either side."
                )
