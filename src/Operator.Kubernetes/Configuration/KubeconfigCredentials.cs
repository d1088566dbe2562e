using System.Net.Security;
using System.Security.Cryptography;

namespace Operator.Kubernetes.Configuration;

/// <summary>Turns the user of a kubeconfig into credentials, in kubectl's order of precedence.</summary>
internal static class KubeconfigCredentials
{
    public static KubernetesCredentials Create(ConfigNode user, ConfigNode cluster, KubeconfigOptions options)
    {
        var certificate = Certificate(user);
        if (user.Child("auth-provider") is { } provider)
        {
            throw user.Fault("auth-provider",
                $"the legacy provider '{provider.Text("name")}' is not supported; use an exec plugin (users[].user.exec), as kubectl does since 1.26");
        }
        var exec = user.Child("exec");
        var (name, password) = (user.Text("username"), user.Text("password"));
        if (exec is not null && (name is not null || user.Text("token") is not null || user.Text("tokenFile") is not null))
            throw user.Fault("exec", "cannot stand beside token, tokenFile or username; remove one of them");
        if (name is not null && (user.Text("token") ?? user.Text("tokenFile")) is not null)
            throw user.Fault("username", "cannot stand beside token or tokenFile; remove one of them");
        // A token file is the fresher of the two where both are given.
        if (user.FilePath("tokenFile") is { } file)
            return new TokenFileCredentials(file, $"the token file from {user.Where("tokenFile")}", certificate?.Context, options.TimeProvider);
        if (user.Text("token") is { } token)
            return new StaticCredentials(Credential.Bearer(Checked(user, token), certificate?.Context), $"the token from {user.Where("token")}");
        if (name is not null)
        {
            return new StaticCredentials(
                KubernetesCredentials.Basic(name, password ?? "", certificate?.Context), $"the user and password from {user.Where("username")}");
        }
        if (exec is { } plugin) return ExecCredentials.Create(plugin, cluster, certificate?.Context, options);
        return certificate is var (context, field)
            ? new StaticCredentials(new Credential(null, context), $"the client certificate from {user.Where(field)}")
            : new StaticCredentials(Credential.None, $"none: {user.File}: {user.Path} has no token, certificate, password or exec plugin");
    }

    private static (SslStreamCertificateContext Context, string Field)? Certificate(ConfigNode user)
    {
        var certificate = user.DataOrFile("client-certificate-data", "client-certificate");
        var key = user.DataOrFile("client-key-data", "client-key");
        if (certificate is null && key is null) return null;
        if (certificate is not var (certificateBytes, field)) throw user.Fault("client-certificate", "is missing beside the client key");
        if (key is not var (keyBytes, keyField)) throw user.Fault("client-key", "is missing beside the client certificate");
        try
        {
            return (PemCertificates.Client(certificateBytes, keyBytes), field);
        }
        catch (CryptographicException error)
        {
            throw user.Fault(field, $"cannot be used with the key in {keyField}: {error.Message}", error);
        }
    }

    private static string Checked(ConfigNode user, string token)
    {
        token = token.Trim();
        return token.Any(c => char.IsControl(c) || c == ' ')
            ? throw user.Fault("token", "contains blanks or control characters, so it cannot be sent")
            : token;
    }
}
