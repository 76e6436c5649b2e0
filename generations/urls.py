"""Every address of the application. Access to each is stated in `tests/test_access.py`."""

from django.urls import path

from generations.views import account, callback, clip, create, gallery, health, invitation, live, media, team

urlpatterns = [
    path("", create.create, name="create"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<uuid:pk>/", clip.clip, name="clip"),
    path("gallery/<uuid:pk>/video.mp4", media.video, name="clip-video"),
    path("gallery/<uuid:pk>/download", media.download, name="clip-download"),
    path("gallery/<uuid:pk>/poster.webp", media.poster, name="clip-poster"),
    path("gallery/<uuid:pk>/preview.mp4", media.preview, name="clip-preview"),
    path("gallery/<uuid:pk>/strip.webp", media.strip, name="clip-strip"),
    path("gallery/<uuid:pk>/proxy.mp4", media.proxy, name="clip-proxy"),
    path("gallery/<uuid:pk>/cancel", clip.cancel, name="clip-cancel"),
    path("gallery/<uuid:pk>/retry", clip.retry, name="clip-retry"),
    path("gallery/<uuid:pk>/share", clip.share, name="clip-share"),
    path("gallery/<uuid:pk>/order-for-real", clip.order_for_real, name="clip-order-for-real"),
    path("team/", team.team, name="team"),
    path("team/choose", team.choose, name="team-choose"),
    path("live/", live.live, name="live"),
    path("callbacks/magnific/<str:token>/", callback.magnific, name="magnific-callback"),
    path("theme", account.theme, name="theme"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/login/", account.SignIn.as_view(), name="login"),
    path("accounts/logout/", account.SignOut.as_view(), name="logout"),
    path("accounts/password_change/", account.PasswordChange.as_view(), name="password_change"),
    path("accounts/password_reset/", account.PasswordReset.as_view(), name="password_reset"),
    path("accounts/password_reset/sent/", account.PasswordResetSent.as_view(), name="password_reset_done"),
    path(
        "accounts/reset/<uidb64>/<token>/",
        account.PasswordResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path("accounts/invitations/<str:token>/", invitation.accept, name="invitation"),
]
